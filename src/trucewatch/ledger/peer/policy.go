// This file has the policy: whose log it is, who may cosign it, and whose cosignatures are enough (C2SP tlog-policy).

package main

import (
	"encoding/binary"
	"regexp"
	"strconv"
	"strings"
)

type witness struct {
	name string
	key  key
}

// A group is reached when so many of its members are.
type group struct {
	name    string
	least   int
	members []string
}

type policy struct {
	log       key
	witnesses []witness
	groups    []group
	quorum    string
}

var (
	controls  = regexp.MustCompile(`[\x00-\x08\x0b-\x1f\x7f]`)
	leastForm = regexp.MustCompile(`^(all|any|[1-9][0-9]{0,2})$`)
	spaces    = regexp.MustCompile(`[ \t]+`)
)

func parsePolicy(text string) policy {
	check(!controls.MatchString(text) && strings.HasSuffix(text, "\n"), "the policy holds a control character, or is cut")
	var p policy
	logs, quorums := 0, 0
	// What a name stands for may be used once it is defined; a member is of one group only.
	defined, used, publics := map[string]bool{"none": true}, map[string]bool{"none": true}, map[string]bool{}
	define := func(name string) {
		check(!defined[name], "the policy defines %q twice", name)
		defined[name] = true
	}
	own := func(k key, isLog bool) key {
		check((k.kind == ofLog) == isLog, "a key of the policy is of the wrong kind")
		check(!publics[k.public], "a key stands twice in the policy")
		publics[k.public] = true
		return k
	}
	for _, text := range strings.Split(text, "\n") {
		words := spaces.Split(strings.Trim(text, " \t"), -1)
		n := len(words)
		switch {
		case words[0] == "" || words[0][0] == '#':
		case words[0] == "log" && (n == 2 || n == 3):
			p.log = own(parseKey(words[1]), true)
			logs++
		case words[0] == "witness" && (n == 3 || n == 4):
			define(words[1])
			p.witnesses = append(p.witnesses, witness{words[1], own(parseKey(words[2]), false)})
		case words[0] == "group" && n > 3:
			check(leastForm.MatchString(words[2]), "a group needs all, any or a number of its members")
			g := group{words[1], 1, words[3:]}
			for _, member := range g.members {
				check(defined[member] && !used[member], "the member %q is not defined above, or stands twice", member)
				used[member] = true
			}
			define(g.name)
			if number, err := strconv.Atoi(words[2]); err == nil {
				g.least = number
			} else if words[2] == "all" {
				g.least = len(g.members)
			}
			check(g.least <= len(g.members), "the group %q needs more members than it has", g.name)
			p.groups = append(p.groups, g)
		case words[0] == "quorum" && n == 2 && defined[words[1]]:
			p.quorum = words[1]
			quorums++
		default:
			check(false, "the policy has a line that cannot be read: %.80q", text)
		}
	}
	check(logs == 1 && quorums == 1, "the policy has not just one log and one quorum")
	return p
}

// reached tells whether these witnesses are enough.
func (p policy) reached(witnesses map[string]bool) bool {
	reached := map[string]bool{"none": true}
	for name := range witnesses {
		reached[name] = true
	}
	for _, g := range p.groups { // a group stands after its members
		count := 0
		for _, member := range g.members {
			if reached[member] {
				count++
			}
		}
		reached[g.name] = count >= g.least
	}
	return reached[p.quorum]
}

// open returns the checkpoint of the policy's log, every line of it by a witness, in the policy's order.
func (p policy) open(checkpoint []byte) head {
	var keys []key
	for _, w := range p.witnesses {
		keys = append(keys, w.key)
	}
	h, lines := openCheckpoint(checkpoint, p.log, keys...)
	checked, all := map[string]bool{}, map[string]bool{}
	for _, w := range p.witnesses {
		if len(lines) == 0 || !lines[0].by(w.key) {
			continue
		}
		signature := lines[0].signature
		lines = lines[1:]
		check(len(signature) == signatureBytes[w.key.kind], "the cosignature of %q has the wrong length", w.name)
		time := binary.BigEndian.Uint64(signature)
		check(0 < time && time <= mostTime, "the cosignature of %q states no time", w.name)
		all[w.name] = true
		if w.key.kind != cosignMLDSA {
			checked[w.name] = true
		}
	}
	check(len(lines) == 0, "a cosignature line is by no witness of the policy, or out of order")
	h.checked, h.unchecked, h.quorum = len(checked), len(all)-len(checked), "not met"
	if p.reached(checked) {
		h.quorum = "met"
	} else if p.reached(all) {
		h.quorum = "met if those not checked are good"
	}
	return h
}
