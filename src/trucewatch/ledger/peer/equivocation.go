// This file has proofs that a log signed two histories (docs/ledger.md, section 4).

package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// judgeEquivocation checks a proof that a log signed two histories (docs/ledger.md, section 4).
func judgeEquivocation(arguments []string) (verdict string) {
	defer refused(&verdict)
	check(len(arguments) == 3, "give FIRST.note SECOND.note VKEY")
	var files [2][]byte
	for i := range files {
		data, err := os.ReadFile(arguments[i])
		check(err == nil && len(data) <= mostText, "cannot read %q", arguments[i])
		files[i] = data
	}
	log := parseKey(arguments[2])
	first, _ := openCheckpoint(files[0], log)
	var proof []tlog.Hash
	note := string(files[1])
	if strings.HasPrefix(note, "prefix ") {
		lines, rest, _ := strings.Cut(strings.TrimPrefix(note, "prefix "), "\n\n")
		note = rest
		for _, text := range strings.Split(lines, "\n") {
			data := decode(base64.StdEncoding, text)
			check(len(data) == tlog.HashSize, "a line of the proof is no hash")
			proof = append(proof, *(*tlog.Hash)(data))
		}
	}
	second, _ := openCheckpoint([]byte(note), log)
	if proof == nil {
		check(first.size == second.size && first.root != second.root, "one tree, or two sizes and no proof")
		return fmt.Sprintf("ok %s signed two trees of %d entries", log.name, first.size)
	}
	check(0 < first.size && first.size < second.size && proof[0] != first.root, "the first tree may begin the second")
	err := tlog.CheckTree(proof[1:], second.size, second.root, first.size, proof[0])
	check(err == nil, "the proof does not lead from the prefix to the second tree")
	return fmt.Sprintf("ok %s signed %d entries, and %d that begin otherwise", log.name, first.size, second.size)
}
