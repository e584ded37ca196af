// This file has commitments and disclosures: what is shown of an entry must be just what the entry committed to.

package main

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"strconv"
	"strings"
)

var (
	commitmentForm = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)
	indexForm      = regexp.MustCompile(`^(0|[1-9][0-9]{0,17})$`)
)

// disclosures returns what the n-th bundle's disclosures are, by the index of the entry.
func (f *folder) disclosures(n, size int64) map[int64][]string {
	path := at("disclosures/", n, width)
	if !f.has(f.log + path) {
		return nil
	}
	text := string(f.read(path, mostShown))
	check(strings.HasSuffix(text, "\n"), "%q does not end in a newline", path)
	found, last := map[int64][]string{}, n*width-1
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		parts := strings.Split(line, "~")
		check(indexForm.MatchString(parts[0]) && len(parts) > 1, "%q has a line without index or disclosures", path)
		index, _ := strconv.ParseInt(parts[0], 10, 64)
		check(last < index && index < n*width+int64(widthOf(n, size)), "%q has a line out of order: %d", path, index)
		found[index], last = parts[1:], index
	}
	return found
}

// rising returns a field that is a list of strings in rising order, each of a form; nil where there is no such field.
func rising(fields map[string]any, name string, form *regexp.Regexp) (list []string) {
	value, there := fields[name]
	items, isList := value.([]any)
	check(isList || !there, "its %q is no list", name)
	for i, item := range items {
		text, isText := item.(string)
		check(isText && form.MatchString(text) && (i == 0 || list[i-1] < text), "its %q is not as it should be", name)
		list = append(list, text)
	}
	return list
}

// show returns the names that disclosures show, and refuses any that is not just as the entry committed to it.
func show(fields map[string]any, disclosures []string) map[string]bool {
	committed, names, last := map[string]bool{}, map[string]bool{}, ""
	for _, digest := range rising(fields, "commitments", commitmentForm) {
		committed[digest] = true
	}
	for _, disclosure := range disclosures {
		sum := sha256.Sum256([]byte(disclosure))
		digest := base64.RawURLEncoding.EncodeToString(sum[:])
		check(committed[digest], "a disclosure that no commitment stands for, or that stands twice")
		delete(committed, digest)
		parts, _ := parse(string(decode(base64.RawURLEncoding, disclosure))).([]any)
		check(len(parts) == 3, "a disclosure is not salt, name and value")
		salt, _ := parts[0].(string)
		name, _ := parts[1].(string)
		_, own := fields[name]
		check(len(decode(base64.RawURLEncoding, salt)) == 16 && isASCII(name), "a disclosure has no salt of 16 bytes")
		check(last < name && !own, "a disclosure is out of order, its name stands twice or hides a field")
		names[name], last = true, name
	}
	return names
}
