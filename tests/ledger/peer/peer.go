// A second opinion on a ledger: the root, every tile, every entry and the signature, checked by the Go
// project's own transparency log (golang.org/x/mod/sumdb). It prints the size and the root, or fails.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run peer.go DIR/ledger
package main

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type folder string

func (f folder) Height() int { return 8 }

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

// ReadTiles reads tile/8/L/N of the Go project, which C2SP calls tile/L/N.
func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := os.ReadFile(f.at("tile/" + strings.TrimPrefix(tile.Path(), "tile/8/")))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (f folder) at(path string) string { return filepath.Join(string(f), path) }

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func (f folder) checkpoint() tlog.Tree {
	vkey := strings.TrimSuffix(string(must(os.ReadFile(f.at("vkey")))), "\n")
	key := must(note.NewVerifier(vkey))
	opened := must(note.Open(must(os.ReadFile(f.at("checkpoint"))), note.VerifierList(key)))
	lines := strings.Split(opened.Text, "\n")
	if lines[0] != key.Name() {
		log.Fatal("the key is of another log")
	}
	return tlog.Tree{N: must(strconv.ParseInt(lines[1], 10, 64)), Hash: must(tlog.ParseHash(lines[2]))}
}

// entries returns the entries of the bundle that belongs to a tile of the lowest level.
func (f folder) entries(tile tlog.Tile) [][]byte {
	path := "tile/entries/" + strings.TrimPrefix(tile.Path(), "tile/8/0/")
	data := must(os.ReadFile(f.at(path)))
	var all [][]byte
	for len(data) > 0 {
		end := 2 + int(binary.BigEndian.Uint16(data))
		all, data = append(all, data[2:end]), data[end:]
	}
	if len(all) != tile.W {
		log.Fatal("wrong number of entries in ", path)
	}
	return all
}

func main() {
	f := folder(os.Args[1])
	tree := f.checkpoint()
	hashes := tlog.TileHashReader(tree, f)
	if tree.Hash != must(tlog.TreeHash(tree.N, hashes)) {
		log.Fatal("the tiles do not give the root")
	}
	for tile := (tlog.Tile{H: 8, W: 256}); tile.N<<8 < tree.N; tile.N++ {
		if rest := tree.N - tile.N<<8; rest < 256 {
			tile.W = int(rest)
		}
		var indexes []int64
		entries := f.entries(tile)
		for i := range entries {
			indexes = append(indexes, tlog.StoredHashIndex(0, tile.N<<8+int64(i)))
		}
		for i, hash := range must(hashes.ReadHashes(indexes)) {
			if hash != tlog.RecordHash(entries[i]) {
				log.Fatal("an entry does not give its hash")
			}
		}
	}
	fmt.Println(tree.N, hex.EncodeToString(tree.Hash[:]))
}
