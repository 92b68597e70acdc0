// Checks what Reflex signs by Go's own code: notes by sumdb/note, trees and proofs by sumdb/tlog.
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type request struct {
	Vkey        string
	Note        string
	Leaves      []string // base64, contents
	Inclusion   [][]string // by leaf, base64
	Consistency []struct {
		Size  int64
		Root  string
		Proof []string
	}
}

func fail(what string, err error) {
	if err != nil {
		fmt.Printf("%s: %v\n", what, err)
		os.Exit(1)
	}
}

func hashOf(text string) tlog.Hash {
	bytes, err := base64.StdEncoding.DecodeString(text)
	fail("base64", err)
	var hash tlog.Hash
	copy(hash[:], bytes)
	return hash
}

func hashesOf(texts []string) []tlog.Hash {
	hashes := []tlog.Hash{}
	for _, text := range texts {
		hashes = append(hashes, hashOf(text))
	}
	return hashes
}

func main() {
	var asked request
	fail("request", json.NewDecoder(os.Stdin).Decode(&asked))
	verifier, err := note.NewVerifier(asked.Vkey)
	fail("verifier key", err)
	opened, err := note.Open([]byte(asked.Note), note.VerifierList(verifier))
	fail("note", err)
	lines := strings.Split(opened.Text, "\n")
	var size int64
	_, err = fmt.Sscanf(lines[1], "%d", &size)
	fail("size", err)
	root := hashOf(lines[2])

	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		found := []tlog.Hash{}
		for _, index := range indexes {
			found = append(found, stored[index])
		}
		return found, nil
	})
	for number, leaf := range asked.Leaves {
		content, err := base64.StdEncoding.DecodeString(leaf)
		fail("leaf", err)
		hashes, err := tlog.StoredHashes(int64(number), content, reader)
		fail("stored hashes", err)
		stored = append(stored, hashes...)
	}
	tree, err := tlog.TreeHash(size, reader)
	fail("tree", err)
	if tree != root || size != int64(len(asked.Leaves)) {
		fail("root", fmt.Errorf("the note says %v of %d, the tree is %v of %d", root, size, tree, len(asked.Leaves)))
	}
	for number, proof := range asked.Inclusion {
		content, _ := base64.StdEncoding.DecodeString(asked.Leaves[number])
		fail("inclusion", tlog.CheckRecord(hashesOf(proof), size, root, int64(number), tlog.RecordHash(content)))
	}
	for _, each := range asked.Consistency {
		fail("consistency", tlog.CheckTree(hashesOf(each.Proof), size, root, each.Size, hashOf(each.Root)))
	}
	fmt.Printf("verified %s, %d records\n", opened.Sigs[0].Name, size)
}
