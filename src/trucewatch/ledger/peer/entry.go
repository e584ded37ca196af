// This file has the entries: bundles, signatures of authors, and what was erased.

package main

import (
	"encoding/base64"
	"regexp"
	"strings"
)

var digestForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// bundle returns the entries of the n-th bundle: each after its length in two bytes, and nothing else.
func (f *folder) bundle(n, size int64) (entries [][]byte) {
	path := at("tile/entries/", n, widthOf(n, size))
	data := f.read(path, width*(2+65_535))
	for len(data) > 0 {
		check(len(data) >= 2, "%q ends within an entry", path)
		end := 2 + int(data[0])<<8 + int(data[1])
		check(len(data) >= end, "%q ends within an entry", path)
		entries, data = append(entries, data[2:end]), data[end:]
	}
	check(len(entries) == widthOf(n, size), "%q holds %d entries", path, len(entries))
	return entries
}

// object returns the object of an entry and whether it was signed; a signature that is not its author's is refused.
func object(entry []byte) (fields map[string]any, signed bool) {
	text := string(entry)
	signed = strings.HasSuffix(text, "\n")
	if signed {
		end := strings.LastIndex(text, "\n\n")
		check(end >= 0, "it ends in a newline, and is no signed note")
		text = text[:end]
	}
	fields, isObject := parse(text).(map[string]any)
	_, typed := fields["type"].(string)
	_, versioned := fields["v"].(string)
	check(isObject && typed && versioned, "it is no object with type and v")
	by, named := fields["by"]
	check(named == signed, "it names its authors if and only if they signed it: it does not")
	if !signed {
		return fields, false
	}
	vkeys, _ := by.([]any)
	var keys []key
	for _, vkey := range vkeys {
		text, _ := vkey.(string)
		keys = append(keys, parseKey(text))
		check(keys[len(keys)-1].kind == ofLog, "an author signs with Ed25519")
	}
	_, lines := openNote(entry, 16, keys...)
	check(len(lines) == len(keys), "it is not signed by just those whom it names")
	for i, k := range keys {
		check(lines[i].by(k), "it is not signed by those whom it names, in their order")
	}
	return fields, true
}

// A sum is what entries hold.
type sum struct {
	last                    map[string]any
	blobs                   map[string]bool
	erasures                []map[string]any
	signed, shown, withheld int
}

func (s *sum) add(index int64, entry []byte, disclosures []string) {
	defer func() {
		if why := recover(); why != nil {
			if text, ours := why.(refusal); ours {
				check(false, "entry %d: %s", index, string(text))
			}
			panic(why)
		}
	}()
	fields, signed := object(entry)
	commitments, _ := fields["commitments"].([]any)
	shown := len(show(fields, disclosures))
	for _, blob := range rising(fields, "blobs", digestForm) {
		s.blobs[blob] = true
	}
	s.shown, s.withheld = s.shown+shown, s.withheld+len(commitments)-shown
	if signed {
		s.signed++
	}
	if act, _ := fields["act"].(map[string]any); fields["type"] == "act" && act["kind"] == "erase" {
		s.erasures = append(s.erasures, act)
	}
	s.last = fields
}

// total adds up, takes away what was erased, and refuses what is erased and still there.
func (f *folder) total(all []sum, size int64) sum {
	whole := sum{blobs: map[string]bool{}}
	for _, s := range all {
		for blob := range s.blobs {
			whole.blobs[blob] = true
		}
		whole.signed, whole.shown, whole.withheld = whole.signed+s.signed, whole.shown+s.shown, whole.withheld+s.withheld
		whole.erasures, whole.last = append(whole.erasures, s.erasures...), s.last
	}
	for _, act := range whole.erasures {
		for _, blob := range rising(act, "blobs", digestForm) {
			delete(whole.blobs, blob) // if it is there, nothing names it, and it is refused
		}
		index, isIndex := act["entry"].(int64)
		check(isIndex && 0 <= index && index < size, "an erasure is of no entry")
		shown := map[string]bool{}
		for _, disclosure := range f.disclosures(index/width, size)[index] {
			parts := parse(string(decode(base64.RawURLEncoding, disclosure))).([]any)
			shown[parts[1].(string)] = true
		}
		fields, _ := act["fields"].([]any)
		for _, name := range fields {
			text, _ := name.(string)
			check(!shown[text], "the field %.40q of entry %d was erased, and is shown", text, index)
		}
	}
	return whole
}
