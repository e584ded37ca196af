// This file has the tree: where its tiles lie, and what they must hold, worked out from the entries alone.

package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const width = 256 // hashes of a full tile, entries of a full bundle (C2SP tlog-tiles)

// at returns the path of the n-th tile of a kind ("tile/0/", "tile/entries/", "disclosures/") that holds w things.
func at(kind string, n int64, w int) string {
	return kind + strings.TrimPrefix(tlog.Tile{H: 8, L: 0, N: n, W: w}.Path(), "tile/8/0/")
}

// widthOf returns how much the n-th tile of a row holds.
func widthOf(n, row int64) int { return int(least(width, row-n*width)) }

func least[number int | int64](one, other number) number {
	if one < other {
		return one
	}
	return other
}

// A tree is the hashes of each level of tiles, the leaves' first, worked out from the entries alone.
type tree [][]byte

func (t tree) tile(level int, n int64, w int) []byte {
	start := n * width * tlog.HashSize
	return t[level][start : start+int64(w)*tlog.HashSize]
}

// ReadHashes makes a tree a tlog.HashReader, so that the Go project's code works out the root.
func (t tree) ReadHashes(indexes []int64) (hashes []tlog.Hash, err error) {
	for _, index := range indexes {
		tile := tlog.TileForIndex(8, index)
		hash, err := tlog.HashFromTile(tile, t.tile(tile.L, tile.N, tile.W), index)
		check(err == nil, "the tree cannot be worked out: %v", err)
		hashes = append(hashes, hash)
	}
	return hashes, nil
}

// above returns the hashes of the full tiles of a level: what the level above it holds.
func (t tree) above(level int) []byte {
	full := int64(len(t[level]) / tlog.HashSize / width)
	hashes := make([]byte, full*tlog.HashSize)
	inParallel(full, func(n int64) {
		left, right := tlog.StoredHashIndex(8*level+7, 2*n), tlog.StoredHashIndex(8*level+7, 2*n+1)
		halves, _ := t.ReadHashes([]int64{left, right})
		hash := tlog.NodeHash(halves[0], halves[1])
		copy(hashes[n*tlog.HashSize:], hash[:])
	})
	return hashes
}

// root returns the root of a tree of that size, and refuses a tile of hashes that is not as the entries make it.
func (f *folder) root(size int64, leaves []byte) tlog.Hash {
	t := tree{leaves}
	for level := 0; len(t[level]) > 0; level++ {
		row := int64(len(t[level]) / tlog.HashSize)
		inParallel((row+width-1)/width, func(n int64) {
			path, hashes := at(fmt.Sprintf("tile/%d/", level), n, widthOf(n, row)), t.tile(level, n, widthOf(n, row))
			check(bytes.Equal(f.read(path, int64(len(hashes))), hashes), "%q does not hold what lies below it", path)
		})
		t = append(t, t.above(level))
	}
	if size == 0 {
		return sha256.Sum256(nil)
	}
	root, err := tlog.TreeHash(size, t)
	check(err == nil, "the tree cannot be worked out: %v", err)
	return root
}

// parts returns the paths of what a log of that size consists of, and of the disclosures that it may have.
func parts(size int64) map[string]bool {
	names := map[string]bool{"checkpoint": true, "policy": true}
	for level, row := 0, size; row > 0; level, row = level+1, row/width {
		for n := int64(0); n*width < row; n++ {
			names[at(fmt.Sprintf("tile/%d/", level), n, widthOf(n, row))] = true
			if level == 0 {
				names[at("tile/entries/", n, widthOf(n, row))] = true
				names[at("disclosures/", n, width)] = true
			}
		}
	}
	return names
}
