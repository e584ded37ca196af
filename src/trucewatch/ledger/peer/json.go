// This file has canonical JSON (RFC 8785) as entries hold it: one form for each value, integers only, names in ASCII.

package main

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	mostInteger = 1<<53 - 1 // RFC 8785, section 3.2.2.3
	mostDepth   = 512       // lists and objects in one another
)

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

func (r *reader) next() byte {
	if r.at < len(r.text) {
		return r.text[r.at]
	}
	return 0
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
	r.depth++
	defer func() { r.depth-- }()
	check(r.depth <= mostDepth, "it is nested too deeply")
	switch c := r.next(); {
	case c == '"':
		return r.str()
	case c == '[':
		return r.list()
	case c == '{':
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
	if err != nil || number < -mostInteger || number > mostInteger || strconv.FormatInt(number, 10) != r.text[start:r.at] {
		check(false, "it is not JSON with integers up to 2^53 - 1 in their one form")
	}
	return number
}

func (r *reader) str() string {
	r.expect(`"`)
	start := r.at
	for c := r.next(); c >= ' ' && c != '"' && c != '\\'; c = r.next() {
		r.at++
	}
	if r.next() == '"' { // nothing is escaped: nearly always
		r.at++
		return r.text[start : r.at-1]
	}
	var text strings.Builder
	text.WriteString(r.text[start:r.at])
	for !r.took(`"`) {
		c, size := r.next(), 1
		if c == '\\' {
			if size = 2; strings.HasPrefix(r.text[r.at:], `\u`) {
				size = 6
			}
			check(r.at+size <= len(r.text), "a string does not end")
			plain, known := escapes[r.text[r.at:r.at+size]]
			check(known, "a string is escaped otherwise than RFC 8785 says")
			text.WriteByte(plain)
		} else {
			check(c >= ' ', "a string does not end, or holds a control character")
			text.WriteByte(c)
		}
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
