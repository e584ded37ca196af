// This file has what every check stands on: refusals, work on all cores, and reading a folder that may be hostile.

package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"syscall"
)

const (
	mostFiles = 1_000_000 // as in verify.py
	mostText  = 131_072   // bytes of checkpoint and policy, as in verify.py
	mostShown = 64 << 20  // bytes of a file of disclosures, as in verify.py
)

// A refusal is why something is not accepted. A check that fails panics with one; refused catches it.
type refusal string

func check(holds bool, why string, arguments ...any) {
	if !holds {
		panic(refusal(fmt.Sprintf(why, arguments...)))
	}
}

func refused(verdict *string) {
	if why := recover(); why != nil {
		text, ours := why.(refusal)
		if !ours {
			panic(why) // a mistake of this program: let it stop loudly
		}
		*verdict = "no: " + string(text)
	}
}

// inParallel does n pieces of work on all cores; a refusal of any piece is the refusal of the whole.
func inParallel(n int64, work func(i int64)) {
	next, workers := int64(-1), runtime.GOMAXPROCS(0)
	ended := make(chan any, workers)
	for w := 0; w < workers; w++ {
		go func() {
			defer func() {
				why := recover()
				if why != nil {
					atomic.StoreInt64(&next, n) // nobody need begin another piece
				}
				ended <- why
			}()
			for i := atomic.AddInt64(&next, 1); i < n; i = atomic.AddInt64(&next, 1) {
				work(i)
			}
		}()
	}
	var why any
	for w := 0; w < workers; w++ {
		if ending := <-ended; ending != nil {
			why = ending
		}
	}
	if why != nil {
		panic(why)
	}
}

// A folder is a directory and the sizes of the files in it, by their paths; log is "" or "ledger/".
type folder struct {
	path, log string
	sizes     map[string]int64
}

// list refuses links, devices and empty folders: a log is made of plain files.
func (f *folder) list(prefix string) {
	items, err := os.ReadDir(filepath.Join(f.path, prefix))
	check(err == nil && len(items) > 0, "the folder %q is empty or cannot be read", prefix)
	for _, item := range items {
		name := prefix + item.Name()
		if item.IsDir() {
			f.list(name + "/")
			continue
		}
		info, err := item.Info()
		check(err == nil && info.Mode().IsRegular(), "%q is not a plain file", name)
		f.sizes[name] = info.Size()
		check(len(f.sizes) <= mostFiles, "there are more than %d files", mostFiles)
	}
}

func (f *folder) has(name string) bool {
	_, found := f.sizes[name]
	return found
}

func (f *folder) open(name string) *os.File {
	check(f.has(name), "missing: %q", name)
	file, err := os.OpenFile(filepath.Join(f.path, name), os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	check(err == nil, "cannot open %q", name)
	return file
}

// read returns a file of the log.
func (f *folder) read(name string, most int64) []byte {
	file := f.open(f.log + name)
	defer file.Close()
	size := f.sizes[f.log+name]
	check(size <= most, "%q has more than %d bytes", name, most)
	data := make([]byte, size)
	_, err := io.ReadFull(file, data)
	check(err == nil, "cannot read %q", name)
	return data
}

func (f *folder) checkDigest(name, digest string) {
	file, sum := f.open(name), sha256.New()
	defer file.Close()
	_, err := io.Copy(sum, file)
	check(err == nil && hex.EncodeToString(sum.Sum(nil)) == digest, "the SHA-256 of %q is not the one in the log", name)
}
