#!/bin/sh
#
# reflex-hand: what Reflex may do on this host, and nothing else.
#
# It is the forced command of one SSH key. It reads one request line, checks every word of it again, does one thing and
# answers with one line of JSON. Nothing that it reads is ever evaluated. It needs root, dash or another POSIX shell,
# GNU coreutils and findutils, util-linux (flock) and, for packets, nftables with JSON.
#
#   restrict,command="/usr/local/sbin/reflex-hand block isolate kill quarantine" ssh-ed25519 AAAA… reflex
#
# Arguments, from authorized_keys alone:
#   --origin NAME   names the tables; each Reflex that shares this host needs its own; default `reflex`
#   --state FOLDER  where files in quarantine and notes are kept, for root only; default /var/lib/reflex-hand
#   --system-files  files below /etc, /usr, /bin, /sbin, /lib, /boot and the like may be put into quarantine too
#   block isolate kill quarantine   what this key may do. Looking is always allowed; none of them: it only looks
#
# A request is `reflex1 VERB WORD… .` on one line; without the dot it was cut and is refused. `done` in a refusal says
# whether something may have been done all the same: `no` or `maybe`.

set -uf
LC_ALL=C
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
unset CDPATH ENV
IFS=' 	
'
umask 077

VERSION=1
LONGEST=8192
LOCK_S=4
STEP_S=4
origin=reflex
state=/var/lib/reflex-hand
allowed=
system_files=no

# --- answers -------------------------------------------------------------------------------------------------------

# What somebody else wrote, as the inside of a JSON text: one line, no control characters, cut.
js() { printf '%s' "$1" | tr '\000-\037\177' ' ' | cut -c1-300 | sed 's/[\\"]/\\&/g'; }

say() {
  printf '{"v":%s,"ok":true%s}\n' "$VERSION" "$1"
  exit 0
}

# refuse CODE TEXT [no|maybe]
refuse() {
  printf '{"v":%s,"ok":false,"code":"%s","done":"%s","text":"%s"}\n' "$VERSION" "$1" "${3:-no}" "$(js "$2")"
  exit 0
}

bad() { refuse bad_request "$1"; }

# --- the grammar ---------------------------------------------------------------------------------------------------

is_number() {
  case $1 in '' | *[!0-9]* | 0?*) return 1 ;; esac
  [ ${#1} -le 9 ]
}

is_id() {
  [ ${#1} -eq 36 ] || return 1
  case $1 in *[!0-9a-f-]*) return 1 ;; esac
  case $1 in ????????-????-????-????-????????????) return 0 ;; esac
  return 1
}

# Commas between them, none empty.
are_ids() {
  case $1 in '' | ,* | *, | *,,*) return 1 ;; esac
  for each in $(printf '%s' "$1" | tr ',' ' '); do is_id "$each" || return 1; done
}

# True if the second is one of the first.
has() {
  case ",$1," in *",$2,"*) return 0 ;; esac
  return 1
}

is_v4() {
  case $1 in *[!0-9.]* | .* | *. | *..* | *.*.*.*.*) return 1 ;; *.*.*.*) ;; *) return 1 ;; esac
  for byte in $(printf '%s' "$1" | tr '.' ' '); do
    is_number "$byte" && [ "$byte" -le 255 ] || return 1
  done
}

# Written out in full, so that no other program has to be asked what it means.
is_v6() {
  [ ${#1} -eq 39 ] || return 1
  case $1 in *[!0-9a-f:]*) return 1 ;; esac
  case $1 in ????:????:????:????:????:????:????:????) ;; *) return 1 ;; esac
  case $1 in *:*:*:*:*:*:*:*:*) return 1 ;; esac
}

mask_v4() {
  bits=$(((4294967295 << (32 - $1)) & 4294967295))
  printf '%s.%s.%s.%s' $((bits >> 24 & 255)) $((bits >> 16 & 255)) $((bits >> 8 & 255)) $((bits & 255))
}

mask_v6() {
  left=$1 text= group=0
  while [ $group -lt 8 ]; do
    here=$left
    [ "$here" -gt 16 ] && here=16
    text=$text${text:+:}$(printf '%04x' $(((65535 << (16 - here)) & 65535)))
    left=$((left - here)) group=$((group + 1))
  done
  printf '%s' "$text"
}

# True if an address has no bit behind the length of its network: such an element would match nothing.
is_base() {
  if [ "$1" = 4 ]; then
    number=0
    for byte in $(printf '%s' "$2" | tr '.' ' '); do number=$(((number << 8) + byte)); done
    [ $((number & (4294967295 >> $3))) -eq 0 ]
  else
    digits=$(printf '%s' "$2" | tr -d ':')
    behind=$(printf '%s' "$digits" | cut -c$(($3 / 4 + 1))-)
    [ -n "$behind" ] || return 0
    first=$(printf '%s' "$behind" | cut -c1)
    rest=${behind#?}
    case $rest in *[!0]*) return 1 ;; esac
    [ $((0x$first & (15 >> ($3 % 4)))) -eq 0 ]
  fi
}

# check_net FAMILY ADDRESS LENGTH
check_net() {
  is_number "$3" || bad 'the length of the network is no number'
  case $1 in
    4) is_v4 "$2" && [ "$3" -ge 8 ] && [ "$3" -le 32 ] || bad 'no IPv4 address or network of 8 to 32 bits' ;;
    6) is_v6 "$2" && [ "$3" -ge 16 ] && [ "$3" -le 128 ] || bad 'no IPv6 address or network of 16 to 128 bits' ;;
    *) bad 'the family is 4 or 6' ;;
  esac
  is_base "$1" "$2" "$3" || bad 'the address is not the first one of its network'
}

# A path travels as base64. Sets $path, $folder and $name.
check_path() {
  case $1 in '' | *[!A-Za-z0-9+/=]*) bad 'the path is no base64' ;; esac
  path=$(printf '%s' "$1" | base64 -d 2>/dev/null) || bad 'the path is no base64'
  [ "$(printf '%s' "$path" | base64 -w0)" = "$1" ] || bad 'the path has a character that no path has'
  [ ${#path} -le 1024 ] || bad 'the path is too long'
  case $path in *[[:cntrl:]]*) bad 'the path has control characters' ;; esac
  case $path in /*) ;; *) bad 'the path does not begin at the root' ;; esac
  case "$path/" in *//* | */./* | */../*) bad 'the path is not in its plain form' ;; esac
  name=${path##*/}
  folder=${path%/*}
  [ -n "$name" ] || bad 'the path names a folder'
}

need() { [ "$1" -eq "$2" ] || bad "it takes $2 words"; }

may() {
  case " $allowed " in *" $1 "*) ;; *) refuse not_allowed "this key may not $1 on this host" ;; esac
}

# --- what is shared ------------------------------------------------------------------------------------------------

# Only one order at a time changes anything.
begin() {
  [ "$(id -u)" = 0 ] || refuse not_root 'reflex-hand does not run as root'
  mkdir -p "$state" 2>/dev/null
  [ -d "$state" ] && [ ! -L "$state" ] || refuse no_state "$state is no folder"
  [ "$(stat -c %u:%a "$state")" = 0:700 ] || refuse no_state "$state is not for root alone (mode 700)"
  exec 9>"$state/lock" || refuse no_state "$state cannot be written"
  flock -w $LOCK_S 9 || refuse busy 'another order is under way'
  # For who looks after the host; nothing depends on it.
  logger -t reflex-hand -p auth.notice -- "$request" 2>/dev/null
  return 0
}

need_nft() { command -v nft >/dev/null 2>&1 || refuse nft_missing 'this host has no nft'; }

# Runs one transaction: all of it or nothing.
nft_apply() {
  said=$(printf '%s\n' "$1" | timeout $STEP_S nft -f - 2>&1)
  ended=$?
  [ $ended -eq 124 ] && refuse slow 'nft did not end in time' maybe
  [ $ended -eq 0 ] || refuse nft_refused "$said"
}

# What nft prints, or `null` where there is no such thing. Any other trouble is said: it must not pass for absence.
nft_look() {
  said=$(timeout $STEP_S nft "$@" 2>&1)
  ended=$?
  [ $ended -eq 0 ] && return 0
  case $said in *'No such file or directory'*) said=null ;; *) refuse nft_refused "$said" ;; esac
}

# Sets $way: the address that this connection comes from and the port that it came to. It stays open whatever we do.
find_way() {
  set -- ${SSH_CONNECTION:-}
  [ $# -eq 4 ] || refuse no_way_back 'it does not see where it is called from (SSH_CONNECTION)'
  client=${1%%\%*}
  port=$4
  is_number "$port" || refuse no_way_back 'it does not see at which port it is called'
  keep4= keep6=
  add_way "$client"
}

add_way() {
  if is_v4 "$1"; then
    keep4=$keep4${keep4:+, }$1
  else
    case $1 in *[!0-9a-f:]* | '') refuse no_way_back 'it cannot read where it is called from' ;; *:*:*) ;;
      *) refuse no_way_back 'it cannot read where it is called from' ;; esac
    keep6=$keep6${keep6:+, }$1
  fi
}

# check_keep LIST: more addresses that may come in by SSH; `-` is none.
check_keep() {
  [ "$1" = - ] && return 0
  case $1 in '' | ,* | *, | *,,*) bad 'the list of addresses to keep' ;; esac
  for each in $(printf '%s' "$1" | tr ',' ' '); do
    is_v4 "$each" || is_v6 "$each" || bad 'an address to keep is none'
    has "$(printf '%s' "$keep4,$keep6" | tr -d ' ')" "$each" || add_way "$each"
  done
}

# The sets of addresses whose way in stays open, as they are to be from now on.
ways() {
  printf 'add set inet %s way4 { type ipv4_addr; }\nadd set inet %s way6 { type ipv6_addr; }\n' "$1" "$1"
  printf 'flush set inet %s way4\nflush set inet %s way6\n' "$1" "$1"
  [ -n "$keep4" ] && printf 'add element inet %s way4 { %s }\n' "$1" "$keep4"
  [ -n "$keep6" ] && printf 'add element inet %s way6 { %s }\n' "$1" "$keep6"
  return 0
}

# The comment of an element: ours say `reflex/COMMAND`. Sets $holder: `none`, `other` or the command.
holder_of() {
  nft_look get element inet "$1" "$2" "{ $3 }"
  [ "$said" = null ] && { holder=none; return 0; }
  note=$(printf '%s\n' "$said" | sed -n 's/.*comment "\([^"]*\)".*/\1/p' | head -n 1)
  holder=${note#reflex/}
  [ "$holder" != "$note" ] && is_id "$holder" && return 0
  holder=other
}

# A timeout of 0 is none: only a person ends it.
until_s() { [ "$1" = 0 ] || printf ' timeout %ss' "$1"; }

# --- blocking addresses --------------------------------------------------------------------------------------------

# Networks of one length never overlap, so each length has a set of its own, looked up by the masked address. That needs
# no interval set: those refuse what overlaps, and some kernels lose their timeouts.
name_net() {
  table=reflex_block_$origin
  list=v$1_$3
  if [ "$1" = 4 ]; then kind=ip keeps=way4 mask=$(mask_v4 "$3"); else kind=ip6 keeps=way6 mask=$(mask_v6 "$3"); fi
}

block_rules() {
  t="inet $table"
  printf 'add table %s\n' "$t"
  ways "$table"
  printf 'add set %s %s { type ipv%s_addr; flags timeout; counter; }\n' "$t" "$list" "$1"
  for hook in input output forward; do
    c="$t ${hook}_$list"
    printf 'add chain %s { type filter hook %s priority -150; policy accept; }\nflush chain %s\n' "$c" "$hook" "$c"
    case $hook in
      input) printf 'add rule %s %s saddr @%s tcp dport %s accept\n' "$c" "$kind" "$keeps" "$port" ;;
      output) printf 'add rule %s %s daddr @%s tcp sport %s accept\n' "$c" "$kind" "$keeps" "$port" ;;
    esac
    [ $hook = output ] || printf 'add rule %s %s saddr & %s @%s drop\n' "$c" "$kind" "$mask" "$list"
    [ $hook = input ] || printf 'add rule %s %s daddr & %s @%s drop\n' "$c" "$kind" "$mask" "$list"
  done
}

# block COMMAND FAMILY ADDRESS LENGTH SECONDS KEEP
do_block() {
  need $# 6
  may block
  is_id "$1" || bad 'the command is no UUID'
  check_net "$2" "$3" "$4"
  is_number "$5" || bad 'the time is no number'
  find_way
  check_keep "$6"
  need_nft
  begin
  name_net "$2" "$3" "$4"
  holder_of "$table" "$list" "$3"
  [ "$holder" = other ] && refuse held_by_other 'somebody put it into our set by hand: it is blocked, and is left alone'
  # Added first, so that deleting cannot fail; the three are one transaction, and no packet passes in between.
  element="element inet $table $list { $3"
  nft_apply "$(block_rules "$2")
add $element }
delete $element }
add $element$(until_s "$5") comment \"reflex/$1\" }"
  say ",\"before\":\"$holder\""
}

# unblock COMMANDS FAMILY ADDRESS LENGTH
do_unblock() {
  need $# 4
  may block
  are_ids "$1" || bad 'the commands are no UUIDs'
  check_net "$2" "$3" "$4"
  need_nft
  begin
  name_net "$2" "$3" "$4"
  holder_of "$table" "$list" "$3"
  [ "$holder" = none ] && say ',"was":"gone"'
  has "$1" "$holder" || say ',"was":"other"'
  nft_apply "delete element inet $table $list { $3 }"
  say ',"was":"ours"'
}

# seen FAMILY ADDRESS LENGTH: the rules of the kernel, and the element with its counter.
do_seen() {
  need $# 3
  check_net "$1" "$2" "$3"
  need_nft
  name_net "$1" "$2" "$3"
  rules=
  for hook in input output forward; do
    nft_look -j list chain inet "$table" "${hook}_$list"
    rules=$rules${rules:+,}$said
  done
  rules="[$rules]"
  nft_look get element inet "$table" "$list" "{ $2 }"
  [ "$said" = null ] && say ",\"rules\":$rules,\"element\":null"
  say ",\"rules\":$rules,\"element\":\"$(js "$(printf '%s' "$said" | sed -n 's/.*elements = //p')")\""
}

# --- isolating this host -------------------------------------------------------------------------------------------

# The wall stands only while the lease is there, and the kernel ends the lease by itself.
wall_rules() {
  t="inet $table"
  printf 'add table %s\n' "$t"
  ways "$table"
  printf 'add set %s lease { type nf_proto; flags timeout; }\n' "$t"
  for side in in out; do
    if [ $side = in ]; then hook=input; else hook=output; fi
    printf 'add chain %s wall_%s\nflush chain %s wall_%s\n' "$t" $side "$t" $side
    printf 'add chain %s %s { type filter hook %s priority -300; policy accept; }\n' "$t" $hook $hook
    printf 'flush chain %s %s\n' "$t" $hook
    printf 'add rule %s %s meta nfproto @lease jump wall_%s\n' "$t" $hook $side
  done
  w="add rule $t wall_in"
  printf '%s iif lo accept\n%s ip saddr @way4 tcp dport %s accept\n' "$w" "$w" "$port"
  printf '%s ip6 saddr @way6 tcp dport %s accept\n' "$w" "$port"
  # Without these no address of IPv6 is found on the wire, and there would be no way back.
  printf '%s icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept\n%s counter drop\n' "$w" "$w"
  w="add rule $t wall_out"
  printf '%s oif lo accept\n%s ip daddr @way4 tcp sport %s accept\n' "$w" "$w" "$port"
  printf '%s ip6 daddr @way6 tcp sport %s accept\n' "$w" "$port"
  printf '%s icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept\n%s counter drop\n' "$w" "$w"
  printf 'add chain %s forward { type filter hook forward priority -300; policy accept; }\n' "$t"
  printf 'flush chain %s forward\nadd rule %s forward meta nfproto @lease counter drop\n' "$t" "$t"
}

# isolate COMMAND SECONDS KEEP
do_isolate() {
  need $# 3
  may isolate
  is_id "$1" || bad 'the command is no UUID'
  is_number "$2" || bad 'the time is no number'
  find_way
  check_keep "$3"
  need_nft
  begin
  table=reflex_wall_$origin
  holder_of "$table" lease ipv4
  [ "$holder" = other ] && refuse held_by_other 'somebody isolated it with our table by hand: it is left alone'
  lasts=$(until_s "$2")
  nft_apply "$(wall_rules)
flush set inet $table lease
add element inet $table lease { ipv4$lasts comment \"reflex/$1\", ipv6$lasts comment \"reflex/$1\" }"
  say ",\"before\":\"$holder\""
}

# release COMMANDS
do_release() {
  need $# 1
  may isolate
  are_ids "$1" || bad 'the commands are no UUIDs'
  need_nft
  begin
  table=reflex_wall_$origin
  holder_of "$table" lease ipv4
  # One of the two alone is what somebody left behind.
  [ "$holder" = none ] && holder_of "$table" lease ipv6
  if [ "$holder" = none ]; then
    # The lease has ended: what is left of the table does nothing.
    nft_apply "add table inet $table
delete table inet $table"
    say ',"was":"gone"'
  fi
  has "$1" "$holder" || say ',"was":"other"'
  nft_apply "delete table inet $table"
  say ',"was":"ours"'
}

# wall: the whole table, with its lease and its counters.
do_wall() {
  need $# 0
  need_nft
  nft_look -j list table inet "reflex_wall_$origin"
  say ",\"wall\":$said"
}

# --- files ---------------------------------------------------------------------------------------------------------

# Goes to a folder step by step. A link is not followed, and a folder that is exchanged on the way is noticed: what is
# done afterwards is done in the folder that was reached, whatever its path leads to by then.
walk() {
  cd / || return 1
  rest=${1#/}
  while [ -n "$rest" ]; do
    part=${rest%%/*}
    case $rest in */*) rest=${rest#*/} ;; *) rest= ;; esac
    [ ! -L "./$part" ] || refuse link 'the path leads through a link: name the file by its real path'
    [ -d "./$part" ] || return 1
    step=$(stat -c %d:%i "./$part") && cd -P "./$part" || return 1
    [ "$(stat -c %d:%i .)" = "$step" ] || refuse changed 'a folder of the path was exchanged just now'
  done
}

digest_of() { sha256sum <"$1" | cut -d' ' -f1; }

# Without it the host, or our way to it, would not work. A link does not lead here: no path goes through one.
is_own_file() {
  case $path in
    /etc/* | /usr/* | /bin/* | /sbin/* | /lib*/* | /boot/* | /run/*) [ $system_files = yes ] || return 0 ;;
  esac
  case $path in /proc/* | /sys/* | "$state"/*) return 0 ;; esac
  for each in "$0" /proc/$$/exe "$(command -v nft)" /usr/sbin/sshd /sbin/init; do
    [ -e "$each" ] && [ "$(stat -Lc %d:%i "$each")" = "$1" ] && return 0
  done
  return 1
}

note_of() { sed -n "s/^$2=//p" "$1/note" 2>/dev/null | head -n 1; }

# put_note ENTRY STATE: durable before anything moves.
put_note() {
  printf 'state=%s\npath=%s\nwas=%s\nmode=%s\nuid=%s\ngid=%s\nsize=%s\nsha256=%s\n' \
    "$2" "$encoded" "$was" "$mode" "$uid" "$gid" "$size" "$sha" >"$1/note.new" && sync "$1/note.new" &&
    mv -fT "$1/note.new" "$1/note" && sync "$1"
}

read_note() {
  was=$(note_of "$1" was) mode=$(note_of "$1" mode) uid=$(note_of "$1" uid) gid=$(note_of "$1" gid)
  size=$(note_of "$1" size) sha=$(note_of "$1" sha256)
}

facts() { printf '"sha256":"%s","mode":"%s","uid":"%s","gid":"%s","size":"%s"' "$sha" "$mode" "$uid" "$gid" "$size"; }

# True if a file can be renamed into the quarantine. Only trying tells: of two mounts of one file system `mv` would copy.
is_same_place() { ln -T "$entry/note" "./.reflex-$id" 2>/dev/null && rm -f "./.reflex-$id"; }

# Takes ./$name to where nobody else gets, and looks at what it got: only then it is certain which file that was.
take() {
  if is_same_place; then got=$entry/data; else got=./.reflex-$id; fi
  mv -nT "./$name" "$got" 2>/dev/null
  if [ ! -e "$got" ] && [ ! -L "$got" ]; then
    rm -rf "$entry"
    refuse not_moved 'the system does not let it be moved'
  fi
  if [ -L "$got" ] || [ ! -f "$got" ] || [ "$(stat -c %d:%i "$got")" != "$was" ]; then
    if mv -nT "$got" "./$name" && [ ! -e "$got" ]; then
      rm -rf "$entry"
      refuse changed 'the file was exchanged just now: put back as it was'
    fi
    refuse changed "what was moved is another file, and could not be put back: it is $got" maybe
  fi
}

# True if the file was moved aside in its own folder, on its way to the quarantine of another file system.
is_aside() { [ ! -L "./.reflex-$id" ] && [ -f "./.reflex-$id" ] && [ "$(stat -c %d:%i "./.reflex-$id")" = "$was" ]; }

# From another file system: a copy, compared, and only then the original goes.
carry() {
  [ "$got" = "$entry/data" ] && return 0
  if ! timeout $STEP_S cp --preserve=all --no-dereference -T "$got" "$entry/data" 2>/dev/null || ! sync "$entry/data" ||
    [ "$(digest_of "$got")" != "$(digest_of "$entry/data")" ]; then
    mv -nT "$got" "./$name" && rm -rf "$entry" && refuse not_moved 'it could not be copied to the quarantine'
    refuse not_moved "it could not be copied to the quarantine; it is $folder/.reflex-$id" maybe
  fi
  rm -f "$got"
}

# quarantine COMMAND PATH
do_quarantine() {
  need $# 2
  may quarantine
  is_id "$1" || bad 'the command is no UUID'
  check_path "$2"
  id=$1 encoded=$2
  begin
  entry=$state/quarantine/$id
  if [ -d "$entry" ]; then
    [ "$(note_of "$entry" path)" = "$encoded" ] || bad 'that command is about another file'
    read_note "$entry"
    [ -f "$entry/data" ] && [ "$(note_of "$entry" state)" = held ] && say ",$(facts)"
    # It was cut off in the middle: what was moved already is finished, else it begins anew.
    if [ -f "$entry/data" ] && [ "$(stat -c %d:%i "$entry/data")" = "$was" ]; then
      sha=$(digest_of "$entry/data")
      put_note "$entry" held && say ",$(facts)"
    fi
    walk "$folder" || refuse not_found 'there is no such file'
    if is_aside; then
      got=./.reflex-$id
      rm -f "$entry/data"
      carry
      sha=$(digest_of "$entry/data")
      put_note "$entry" held && say ",$(facts)"
    fi
    [ -e "$entry/data" ] && refuse changed 'an earlier attempt left something else behind: see the quarantine' maybe
  fi
  walk "$folder" || refuse not_found 'there is no such file'
  [ -L "./$name" ] && refuse link 'it is a link: name the file by its real path'
  [ -e "./$name" ] || refuse not_found 'there is no such file'
  [ -f "./$name" ] || refuse not_a_file 'it is no regular file'
  set -- $(stat -c '%d:%i %a %u %g %s %h' "./$name")
  [ $# -eq 6 ] || refuse not_found 'there is no such file'
  was=$1 mode=$2 uid=$3 gid=$4 size=$5 names=$6 sha=
  is_own_file "$was" && refuse own_path 'without it this host, or the way to it, would not work'
  mkdir -p "$entry" && put_note "$entry" taking || refuse no_state 'the quarantine cannot be written'
  take
  carry
  sha=$(digest_of "$entry/data")
  put_note "$entry" held || refuse no_state 'the quarantine cannot be written' maybe
  say ",$(facts),\"other_names\":$((names - 1))"
}

# Puts $entry/data to ./$name, never over anything: a link is made only where nothing is.
put_back() {
  if is_same_place; then
    ln -T "$entry/data" "./$name" 2>/dev/null || return 1
  else
    rm -f "./.reflex-$id"
    timeout $STEP_S cp --preserve=all --no-dereference -T "$entry/data" "./.reflex-$id" 2>/dev/null &&
      sync "./.reflex-$id" && [ "$(digest_of "./.reflex-$id")" = "$(digest_of "$entry/data")" ] &&
      ln -T "./.reflex-$id" "./$name" 2>/dev/null || {
      rm -f "./.reflex-$id"
      return 1
    }
    rm -f "./.reflex-$id"
  fi
}

# restore COMMANDS PATH HOW: `plain`, or `force` where a person said so.
do_restore() {
  need $# 3
  may quarantine
  are_ids "$1" || bad 'the commands are no UUIDs'
  check_path "$2"
  case $3 in plain | force) ;; *) bad 'restore plain or force' ;; esac
  begin
  encoded=$2 how=$3 found=
  for id in $(printf '%s' "$1" | tr ',' ' '); do
    entry=$state/quarantine/$id
    [ -f "$entry/data" ] && [ "$(note_of "$entry" path)" = "$encoded" ] && found=$id && break
    [ -f "$entry/note" ] && [ "$(note_of "$entry" path)" = "$encoded" ] || continue
    # Noted, and moved aside at most.
    was=$(note_of "$entry" was)
    if walk "$folder" && is_aside; then
      mv -nT "./.reflex-$id" "./$name" 2>/dev/null && [ ! -e "./.reflex-$id" ] ||
        refuse replaced 'another file is in its place now'
    fi
    rm -rf "$entry"
  done
  [ -n "$found" ] || say ',"was":"gone"'
  read_note "$entry"
  # Cut off between moving and noting: nobody knows another digest than that of now.
  [ -n "$sha" ] || sha=$(digest_of "$entry/data")
  [ "$how" = force ] || [ "$(digest_of "$entry/data")" = "$sha" ] ||
    refuse altered 'somebody changed it in the quarantine'
  walk "$folder" || refuse no_folder 'its folder is not there any more'
  if [ -f "./$name" ] && [ "$(stat -c %d:%i "./$name")" = "$(stat -c %d:%i "$entry/data")" ]; then
    : # It was cut off after the link was made.
  elif ! is_same_place && [ ! -L "./$name" ] && [ -f "./$name" ] &&
    [ "$(digest_of "./$name")" = "$(digest_of "$entry/data")" ]; then
    : # The same, in another file system, where it has another number.
  elif [ -e "./$name" ] || [ -L "./$name" ]; then
    [ "$how" = force ] || refuse replaced 'another file is in its place now'
    mkdir -p "$state/replaced" && cp --preserve=all --no-dereference -T "./$name" "$state/replaced/$id" 2>/dev/null &&
      rm -f "./$name" && put_back || refuse not_moved 'the file in its place could not be put aside' maybe
  else
    put_back || refuse not_moved 'the system does not let it be put back'
  fi
  set -- $(stat -c '%a %u %g' "./$name")
  [ "$1:$2:$3" = "$mode:$uid:$gid" ] || refuse altered "it is back, with mode $1 and owner $2:$3" maybe
  [ "$how" = force ] || [ "$(digest_of "./$name")" = "$sha" ] || refuse altered 'it is back, and not as it was' maybe
  rm -rf "$entry"
  say ",\"was\":\"ours\",$(facts)"
}

# file COMMANDS PATH
do_file() {
  need $# 2
  are_ids "$1" || bad 'the commands are no UUIDs'
  check_path "$2"
  [ "$(id -u)" = 0 ] || refuse not_root 'reflex-hand does not run as root'
  held=null
  for id in $(printf '%s' "$1" | tr ',' ' '); do
    entry=$state/quarantine/$id
    [ -f "$entry/data" ] && [ "$(note_of "$entry" path)" = "$2" ] || continue
    read_note "$entry"
    held="{\"command\":\"$id\",$(facts)}"
    break
  done
  # A look: whatever lies at the path counts, also what is reached through a link.
  if [ -e "$path" ] || [ -L "$path" ]; then there=true; else there=false; fi
  say ",\"held\":$held,\"there\":$there"
}

# --- processes -----------------------------------------------------------------------------------------------------

# Sets $began, in ticks since the machine started, $parent and $doing; fails where there is no such process.
look_at() {
  line=$(cat "/proc/$1/stat" 2>/dev/null) && [ -n "$line" ] || return 1
  set -- ${line##*) }
  doing=$1 parent=$2 began=${20}
}

# True if a process is the one that was meant: number, start, file, and not in another root.
is_it() {
  look_at "$1" && [ "$began" = "$2" ] || return 1
  case $doing in Z | X) return 1 ;; esac
  case $(readlink "/proc/$1/exe" 2>/dev/null) in "$path" | "$path (deleted)") ;; *) return 1 ;; esac
  [ "$(stat -Lc %d:%i "/proc/$1/root" 2>/dev/null)" = "$root" ]
}

# Number and start of each process that runs this file.
running() {
  root=$(stat -Lc %d:%i /)
  find /proc -mindepth 2 -maxdepth 2 -name exe -printf '%h %l\n' 2>/dev/null | while IFS= read -r found; do
    case ${found#* } in "$path" | "$path (deleted)") ;; *) continue ;; esac
    number=${found%% *}
    number=${number#/proc/}
    is_number "$number" && look_at "$number" && is_it "$number" "$began" && printf '%s %s\n' "$number" "$began"
  done
}

# Stopped first and looked at again: a process that stands still keeps its number, so it is no other one that ends.
end_one() {
  is_it "$1" "$2" || return 0
  kill -STOP "$1" 2>/dev/null
  if is_it "$1" "$2"; then
    kill -KILL "$1" 2>/dev/null
  else
    kill -CONT "$1" 2>/dev/null
  fi
  return 0
}

# kill COMMAND PATH MOST
do_kill() {
  need $# 3
  may kill
  is_id "$1" || bad 'the command is no UUID'
  check_path "$2"
  is_number "$3" && [ "$3" -ge 1 ] && [ "$3" -le 64 ] || bad 'at most 1 to 64 processes'
  begin
  root=$(stat -Lc %d:%i /)
  boot=$(cat /proc/sys/kernel/random/boot_id)
  mkdir -p "$state/killed" || refuse no_state 'the notes cannot be written'
  find "$state/killed" -type f -mtime +90 -delete 2>/dev/null
  note=$state/killed/$1
  if [ ! -f "$note" ]; then
    list=$(running)
    [ -n "$list" ] || refuse not_found 'no process runs this file'
    count=$(printf '%s\n' "$list" | wc -l)
    [ "$count" -le "$3" ] || refuse ambiguous "$count processes run this file: it is not known which is meant"
    own=$$
    while [ "${own:-0}" -gt 1 ]; do
      printf '%s\n' "$list" | grep -q "^$own " && refuse own_path 'this connection needs that process'
      look_at "$own" && own=$parent || own=0
    done
    printf '%s\n' "$list" | grep -q '^1 ' && refuse own_path 'it is the first process of the machine'
    # Noted first: whoever asks again ends these, and never what was started since.
    { printf '%s %s\n' "$boot" "$2" && printf '%s\n' "$list"; } >"$note.new" && sync "$note.new" &&
      mv -fT "$note.new" "$note" || refuse no_state 'the notes cannot be written'
  fi
  read -r noted encoded <"$note"
  [ "$encoded" = "$2" ] || bad 'that command is about another file'
  [ "$noted" = "$boot" ] && sed 1d "$note" | while read -r number start; do end_one "$number" "$start"; done
  tries=0
  while :; do
    killed_json
    [ "$alive" = 0 ] && break
    tries=$((tries + 1))
    [ $tries -lt 20 ] || refuse still_there 'it was told to end and is still there' maybe
    sleep 0.1
  done
  say ",\"ended\":$ended_list"
}

# Sets $ended_list, and in $alive how many of them still run.
killed_json() {
  ended_list= alive=0
  while read -r number start; do
    is_number "$number" || continue
    lives=false
    [ "$noted" = "$boot" ] && is_it "$number" "$start" && lives=true && alive=$((alive + 1))
    ended_list=$ended_list${ended_list:+,}"{\"pid\":$number,\"start\":$start,\"alive\":$lives}"
  done <<LIST
$(sed 1d "$note")
LIST
  ended_list="[$ended_list]"
}

# killed COMMAND PATH
do_killed() {
  need $# 2
  is_id "$1" || bad 'the command is no UUID'
  check_path "$2"
  [ "$(id -u)" = 0 ] || refuse not_root 'reflex-hand does not run as root'
  root=$(stat -Lc %d:%i /)
  boot=$(cat /proc/sys/kernel/random/boot_id)
  note=$state/killed/$1
  ended_list=null
  [ -f "$note" ] && read -r noted encoded <"$note" && [ "$encoded" = "$2" ] && killed_json
  say ",\"ended\":$ended_list,\"running\":$(running | wc -l)"
}

# --- looking -------------------------------------------------------------------------------------------------------

# held: everything that is ours here, and what others put into our tables.
do_held() {
  need $# 0
  blocks=null wall=null
  if command -v nft >/dev/null 2>&1; then
    nft_look -j list table inet "reflex_block_$origin"
    blocks=$said
    nft_look -j list table inet "reflex_wall_$origin"
    wall=$said
  fi
  files=
  if [ -d "$state/quarantine" ]; then
    for id in $(ls "$state/quarantine"); do
      is_id "$id" && [ -f "$state/quarantine/$id/data" ] || continue
      files=$files${files:+,}"{\"command\":\"$id\",\"path\":\"$(note_of "$state/quarantine/$id" path)\"}"
    done
  fi
  say ",\"blocks\":$blocks,\"wall\":$wall,\"files\":[$files]"
}

# probe FAMILY ADDRESS: whether another host answers this one. It says nothing of a host that never answers a ping.
do_probe() {
  need $# 2
  case $1 in
    4) is_v4 "$2" || bad 'no IPv4 address' ;;
    6) is_v6 "$2" || bad 'no IPv6 address' ;;
    *) bad 'the family is 4 or 6' ;;
  esac
  command -v ping >/dev/null 2>&1 || refuse no_ping 'this host has no ping'
  timeout $STEP_S ping "-$1" -n -q -c 2 -i 0.3 -W 1 "$2" >/dev/null 2>&1
  case $? in
    0) say ',"answers":true' ;;
    1) say ',"answers":false' ;;
    *) refuse no_ping 'ping does not work on this host' ;;
  esac
}

# hello: what this key may do here, and what is missing for it.
do_hello() {
  need $# 0
  can= missing=
  for each in $allowed; do can=$can${can:+,}\"$each\"; done
  [ "$(id -u)" = 0 ] || missing=root
  for each in flock stat sha256sum base64 timeout find; do
    command -v $each >/dev/null 2>&1 || missing=$missing${missing:+,}$each
  done
  if ! command -v nft >/dev/null 2>&1; then
    packets=missing
  elif nft -j list tables >/dev/null 2>&1; then
    packets=ok
  else
    packets=refused
  fi
  say ",\"can\":[$can],\"missing\":\"$missing\",\"nft\":\"$packets\""
}

# --- start ---------------------------------------------------------------------------------------------------------

while [ $# -gt 0 ]; do
  case $1 in
    --origin)
      origin=${2:-}
      case $origin in '' | *[!a-z0-9_]*) refuse bad_setup '--origin takes a to z, 0 to 9 and _' ;; esac
      [ ${#origin} -le 16 ] || refuse bad_setup '--origin takes at most 16 characters'
      shift 2
      ;;
    --state)
      state=${2:-}
      case $state in /*) ;; *) refuse bad_setup '--state takes an absolute path' ;; esac
      shift 2
      ;;
    --system-files)
      system_files=yes
      shift
      ;;
    block | isolate | kill | quarantine)
      allowed="$allowed${allowed:+ }$1"
      shift
      ;;
    *) refuse bad_setup 'an argument in authorized_keys is not known' ;;
  esac
done

# The sender closes its side behind the line, so this ends by itself.
request=$(timeout 20 head -c $((LONGEST + 1))) || bad 'no request came'
[ ${#request} -le $LONGEST ] || bad 'the request is too long'
case $request in *[!A-Za-z0-9:.,_/+=\ -]* | *'  '*) bad 'the request has a character that no request has' ;; esac
case $request in 'reflex1 '*' .') ;; *) bad 'no request of this version, or only a part of one' ;; esac
request=${request#reflex1 }
set -- ${request% .}
verb=$1
shift
case $verb in
  hello | held | seen | probe | wall | file | killed | block | unblock | isolate | release | kill | quarantine | restore)
    "do_$verb" "$@"
    ;;
  *) bad 'no such verb' ;;
esac
