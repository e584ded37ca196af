// Command verify checks Trucewatch logs a second time: written apart from verify.py, in another language, on the
// transparency log of the Go project (golang.org/x/mod/sumdb), as Debian packages it (Go 1.19).
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go build -o verify .
//	verify [-policy FILE] DIR...                        a line for each: "ok ..." or "no: " and the reason
//	verify [-policy FILE] < LIST                        the same for directories read from the input, one a line
//	verify -equivocation FIRST.note SECOND.note VKEY    whether the log of that key signed two histories
//
// DIR is a log, or holds ledger/ and the files published with it. FILE is the policy that you trust; without it the
// log's own is used, which shows integrity and not who signed. The exit status is 1 if anything was refused.
//
// This file has the command and the order of the checks. folder.go reads files; tree.go works out tiles and root;
// signed.go has keys, notes and checkpoints; policy.go the policy; json.go canonical JSON; entry.go the entries and
// disclosures.go what is shown of them; equivocation.go proofs of two histories.
// Not checked here: ML-DSA-44 cosignatures (Go 1.19 has no ML-DSA: they are counted as "not checked"), RFC 3161 time
// stamps, who had to approve an act, and what the staff approved.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

var (
	stampForm = regexp.MustCompile(`^timestamps/[0-9a-f]{64}\.tsr$`)
	pathForm  = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*$`)
)

// published returns path and digest of the files beside a log, from its last entry.
func published(last map[string]any) map[string]string {
	files, listed := last["files"].(map[string]any)
	check(listed && last["type"] == "publication", "the last entry is no publication with its files")
	digests := map[string]string{}
	for path, digest := range files {
		digests[path], _ = digest.(string)
		check(len(path) < 256 && pathForm.MatchString(path) && path != "ledger" && !strings.HasPrefix(path, "ledger/") &&
			digestForm.MatchString(digests[path]), "the log publishes %q, no path with a digest", path)
	}
	return digests
}

func (f *folder) verify(trusted *policy) string {
	f.list("")
	if !f.has("checkpoint") {
		f.log = "ledger/"
	}
	shipped := parsePolicy(string(f.read("policy", mostText)))
	check(trusted == nil || reflect.DeepEqual(*trusted, shipped), "the log ships another policy than you trust")
	head := shipped.open(f.read("checkpoint", mostText))
	check(trusted == nil || head.quorum != "not met", "the cosignatures are fewer than your policy asks for")
	bundles := (head.size + width - 1) / width
	check(bundles <= int64(len(f.sizes)), "there are no bundles for %d entries", head.size)

	all, leaves := make([]sum, bundles), make([]byte, head.size*tlog.HashSize)
	inParallel(bundles, func(n int64) {
		all[n].blobs = map[string]bool{}
		shown := f.disclosures(n, head.size)
		for i, entry := range f.bundle(n, head.size) {
			hash := tlog.RecordHash(entry)
			copy(leaves[(n*width+int64(i))*tlog.HashSize:], hash[:])
			all[n].add(n*width+int64(i), entry, shown[n*width+int64(i)])
		}
	})
	check(f.root(head.size, leaves) == head.root, "the entries do not give the root that was signed")
	whole := f.total(all, head.size)

	// Evidence, published files, and that there is nothing else.
	digests := map[string]string{}
	if f.log != "" {
		digests = published(whole.last)
	}
	for blob := range whole.blobs {
		digests[f.log+"blobs/"+blob] = blob
	}
	names, known := []string{}, parts(head.size)
	for name := range digests {
		names = append(names, name)
	}
	inParallel(int64(len(names)), func(i int64) { f.checkDigest(names[i], digests[names[i]]) })
	for name := range f.sizes {
		inner := strings.TrimPrefix(name, f.log)
		ours := strings.HasPrefix(name, f.log) && (known[inner] || stampForm.MatchString(inner))
		check(ours || digests[name] != "", "the log does not know %q", name)
	}
	return fmt.Sprintf("ok %d %x; %d cosignatures checked, %d not checked, quorum %s; %d entries signed; "+
		"%d fields shown, %d withheld; %d blobs", head.size, head.root[:], head.checked, head.unchecked, head.quorum,
		whole.signed, whole.shown, whole.withheld, len(whole.blobs))
}

// judge returns the verdict on a directory.
func judge(path string, trusted *policy) (verdict string) {
	defer refused(&verdict)
	f := folder{path: path, sizes: map[string]int64{}}
	return f.verify(trusted)
}

func trust(path string) (trusted *policy, verdict string) {
	defer refused(&verdict)
	if path != "" {
		text, err := os.ReadFile(path)
		check(err == nil, "cannot read the policy %q", path)
		read := parsePolicy(string(text))
		trusted = &read
	}
	return trusted, ""
}

func main() {
	policyFile := flag.String("policy", "", "a file with the policy that you trust")
	equivocation := flag.Bool("equivocation", false, "check a proof of two histories: FIRST.note SECOND.note VKEY")
	flag.Parse()
	status := 0
	say := func(verdict string) {
		fmt.Println(verdict)
		if !strings.HasPrefix(verdict, "ok") {
			status = 1
		}
	}
	trusted, wrong := trust(*policyFile)
	switch {
	case wrong != "":
		say(wrong)
	case *equivocation:
		say(judgeEquivocation(flag.Args()))
	case flag.NArg() > 0:
		for _, path := range flag.Args() {
			say(judge(path, trusted))
		}
	default:
		for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
			say(judge(lines.Text(), trusted))
		}
	}
	os.Exit(status)
}
