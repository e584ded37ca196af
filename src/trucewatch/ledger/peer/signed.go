// This file has what is signed: keys, notes (C2SP signed-note), checkpoints, cosignatures.

package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// The kinds of keys, and how long public keys and signatures of each kind are; a cosignature begins with its time.
const ofLog, cosignEd25519, cosignMLDSA = 1, 4, 6

var (
	publicBytes    = map[byte]int{ofLog: 32, cosignEd25519: 32, cosignMLDSA: 1312}
	signatureBytes = map[byte]int{ofLog: 64, cosignEd25519: 8 + 64, cosignMLDSA: 8 + 2420}
	keyForm        = regexp.MustCompile(`^([!-*,-~]{1,255})\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$`)
	lineForm       = regexp.MustCompile(`^— ([!-*,-~]{1,255}) ([A-Za-z0-9+/]+={0,2})$`)
	headForm       = regexp.MustCompile(`^([!-*,-~]{1,255})\n(0|[1-9][0-9]{0,17})\n([A-Za-z0-9+/]{43}=)\n$`)
)

const mostTime = 253_402_300_799 // the end of the year 9999, as in verify.py

// A key is a public key as a vkey writes it; it is a note.Verifier.
type key struct {
	name, public string
	id           uint32
	kind         byte
}

func (k key) Name() string    { return k.name }
func (k key) KeyHash() uint32 { return k.id }

// Verify is asked by note.Open, for keys of the log, of authors, and of cosigners with Ed25519.
func (k key) Verify(text, signature []byte) bool {
	if len(signature) != signatureBytes[k.kind] {
		return false
	}
	if k.kind == cosignEd25519 { // C2SP tlog-cosignature
		time := binary.BigEndian.Uint64(signature)
		text, signature = []byte(fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, text)), signature[8:]
	}
	return k.kind != cosignMLDSA && ed25519.Verify(ed25519.PublicKey(k.public), text, signature)
}

// decode returns the bytes of base64, and refuses text that is not their one form.
func decode(encoding *base64.Encoding, text string) []byte {
	data, err := encoding.DecodeString(text)
	check(err == nil && encoding.EncodeToString(data) == text, "base64 that is not canonical")
	return data
}

func parseKey(vkey string) key {
	parts := keyForm.FindStringSubmatch(vkey)
	check(parts != nil, "a key is not name+key id+base64")
	data := decode(base64.StdEncoding, parts[3])
	sum := sha256.Sum256([]byte(parts[1] + "\n" + string(data)))
	k := key{name: parts[1], public: string(data[1:]), id: binary.BigEndian.Uint32(sum[:]), kind: data[0]}
	check(publicBytes[k.kind] == len(k.public), "a key is of no known kind")
	check(fmt.Sprintf("%08x", k.id) == parts[2], "a key has not its own key id")
	return k
}

// A line is a signature line of a note.
type line struct {
	name      string
	id        uint32
	signature []byte
}

func (l line) by(k key) bool { return l.name == k.name && l.id == k.id }

// openNote returns text and lines of a note. Every line by one of the keys was verified by the Go project's code,
// but for ML-DSA; that code lets pass what it does not know, so whose the lines are is for the caller to check.
func openNote(data []byte, most int, keys ...key) (string, []line) {
	var known []note.Verifier
	for _, k := range keys {
		if k.kind != cosignMLDSA {
			known = append(known, k)
		}
	}
	opened, err := note.Open(data, note.VerifierList(known...))
	check(err == nil, "the note does not verify: %v", err)
	var lines []line
	for _, text := range strings.Split(strings.TrimSuffix(string(data[len(opened.Text)+1:]), "\n"), "\n") {
		parts := lineForm.FindStringSubmatch(text)
		check(parts != nil, "a signature line is malformed")
		payload := decode(base64.StdEncoding, parts[2])
		lines = append(lines, line{parts[1], binary.BigEndian.Uint32(payload), payload[4:]})
	}
	check(len(lines) <= most, "the note has %d signatures, more than %d", len(lines), most)
	return opened.Text, lines
}

// A head is a checkpoint: how many entries, which root, and who vouches for it besides the log.
type head struct {
	size               int64
	root               tlog.Hash
	checked, unchecked int
	quorum             string
}

// openCheckpoint checks the signature of the log, which stands first, and returns the lines that follow it.
func openCheckpoint(data []byte, log key, witnesses ...key) (head, []line) {
	text, lines := openNote(data, 32, append([]key{log}, witnesses...)...)
	parts := headForm.FindStringSubmatch(text)
	check(parts != nil, "the checkpoint is not origin, size and root")
	check(log.kind == ofLog && lines[0].by(log) && parts[1] == log.name, "the checkpoint is signed by another log")
	size, _ := strconv.ParseInt(parts[2], 10, 64)
	h := head{size: size}
	copy(h.root[:], decode(base64.StdEncoding, parts[3]))
	return h, lines[1:]
}
