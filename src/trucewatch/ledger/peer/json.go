// This file has canonical JSON (RFC 8785) as entries hold it: one form for each value, integers only, names in ASCII.

package main

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

const mostInteger, mostDepth = 1<<53 - 1, 64 // RFC 8785, section 3.2.2.3; docs/ledger.md, section 3

var escapes = map[string]byte{`\b`: '\b', `\t`: '\t', `\n`: '\n', `\f`: '\f', `\r`: '\r', `\"`: '"', `\\`: '\\'}

func init() { // RFC 8785, section 3.2.2.2: other control characters are written in lower case, and nothing else is
	for c := byte(0); c < ' '; c++ {
		if !strings.ContainsRune("\b\t\n\f\r", rune(c)) {
			escapes[fmt.Sprintf(`\u%04x`, c)] = c
		}
	}
}

type reader struct {
	text      string
	at, depth int
}

// parse returns the value of canonical JSON: nil, bool, int64, string, []any or map[string]any.
func parse(text string) any {
	check(utf8.ValidString(text), "it is not UTF-8")
	r := reader{text: text}
	value := r.value()
	check(r.at == len(text), "something stands after the JSON")
	return value
}

// next returns the byte that stands here; 0, which JSON never has, at the end.
func (r *reader) next() byte {
	if r.at == len(r.text) {
		return 0
	}
	return r.text[r.at]
}

// took goes on behind these bytes if they stand here, and tells whether they do.
func (r *reader) took(text string) bool {
	found := strings.HasPrefix(r.text[r.at:], text)
	if found {
		r.at += len(text)
	}
	return found
}

func (r *reader) expect(text string) {
	if !r.took(text) {
		check(false, "it is not canonical JSON: at byte %d, %q should stand", r.at, text)
	}
}

func (r *reader) value() any {
	switch c := r.next(); {
	case c == '"':
		return r.str()
	case c == '[' || c == '{':
		r.depth++
		check(r.depth <= mostDepth, "it is nested too deeply")
		defer func() { r.depth-- }()
		if c == '[' {
			return r.list()
		}
		return r.object()
	case r.took("true"):
		return true
	case r.took("false"):
		return false
	case r.took("null"):
		return nil
	}
	start := r.at
	for r.next() == '-' || '0' <= r.next() && r.next() <= '9' {
		r.at++
	}
	number, err := strconv.ParseInt(r.text[start:r.at], 10, 64)
	own := err == nil && strconv.FormatInt(number, 10) == r.text[start:r.at]
	check(own && -mostInteger <= number && number <= mostInteger, "it is not JSON, or no integer up to 2^53 - 1 as it is")
	return number
}

func (r *reader) str() string {
	r.expect(`"`)
	start := r.at
	for c := r.next(); c >= ' ' && c != '"' && c != '\\'; c = r.next() {
		r.at++
	}
	if r.took(`"`) { // nothing is escaped: nearly always
		return r.text[start : r.at-1]
	}
	var text strings.Builder
	text.WriteString(r.text[start:r.at])
	for !r.took(`"`) {
		c, size := r.next(), 1
		check(c >= ' ', "a string does not end, or holds a control character")
		if c == '\\' {
			if size = 2; strings.HasPrefix(r.text[r.at:], `\u`) {
				size = 6
			}
			known := false
			c, known = escapes[r.text[r.at:r.at+least(size, len(r.text)-r.at)]]
			check(known, "a string is escaped otherwise than RFC 8785 says")
		}
		text.WriteByte(c)
		r.at += size
	}
	return text.String()
}

func (r *reader) list() []any {
	r.expect("[")
	items := []any{}
	for !r.took("]") {
		if len(items) > 0 {
			r.expect(",")
		}
		items = append(items, r.value())
	}
	return items
}

func (r *reader) object() map[string]any {
	r.expect("{")
	fields, last := map[string]any{}, ""
	for !r.took("}") {
		if len(fields) > 0 {
			r.expect(",")
		}
		name := r.str()
		if !isASCII(name) || len(fields) > 0 && last >= name {
			check(false, "the name %.40q is out of order, stands twice or is not ASCII", name)
		}
		r.expect(":")
		fields[name], last = r.value(), name
	}
	return fields
}

// isASCII: in valid UTF-8, only ASCII has as many characters as bytes.
func isASCII(text string) bool { return utf8.RuneCountInString(text) == len(text) }
