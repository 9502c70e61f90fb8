#!/usr/bin/env bash
# Gets the kernel of a Debian release and prints where it is. One that is in the cache is used again.
# Nothing is installed, and apt's own lists and cache stay as they are.
#
#   kernel.sh RELEASE CACHE
set -euo pipefail
release=$1 cache=$2/$1

cached() { find "$cache" -name 'vmlinuz-*' 2>/dev/null | head -n 1; }

# Where this machine gets its Debian packages from.
mirror() {
	apt-get indextargets --format '$(ORIGIN) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
		awk '$1 == "Debian" && $2 == "main" && !found { print $3; found = 1 }'
}

download() {
	local uri keyring package image
	uri=${EXECTOP_KERNELS_MIRROR:-$(mirror)}
	[ -n "$uri" ] || {
		echo "apt's sources name no Debian mirror: set EXECTOP_KERNELS_MIRROR to the address of one" >&2
		return 1
	}
	mkdir -p lists/partial cache/archives/partial
	: >status
	keyring=/usr/share/keyrings/debian-archive-keyring.gpg
	[ -e "$keyring" ] || { echo "missing: apt-get install debian-archive-keyring" >&2; return 1; }
	echo "deb [arch=amd64 signed-by=$keyring] $uri $release main" >sources.list
	options=(
		-o "Dir::Etc::sourcelist=$PWD/sources.list" -o Dir::Etc::sourceparts=/dev/null
		-o "Dir::State::lists=$PWD/lists" -o "Dir::State::status=$PWD/status" -o "Dir::Cache=$PWD/cache"
		-o APT::Architecture=amd64 -o Acquire::Languages=none -o "APT::Sandbox::User=$(id -un)"
	)
	apt-get "${options[@]}" -qq update >&2
	# linux-image-amd64 is empty: it depends on the package of a version, which since Linux 7 depends on another one.
	package=linux-image-amd64 image=
	until [ -n "$image" ]; do
		package=$(apt-cache "${options[@]}" depends --important "$package" |
			awk '/Depends:.* linux-(image|binary)-/ && !found { print $NF; found = 1 }')
		[ -n "$package" ] || { echo "$release: linux-image-amd64 leads to no kernel" >&2; return 1; }
		echo "$release: downloading $package" >&2
		apt-get "${options[@]}" -qq download "$package" >&2
		dpkg -x "$package"_*.deb "$package"
		image=$(find "$package" -name 'vmlinuz*' -type f)
	done
	mkdir -p "$cache"
	mv "$image" "$cache/vmlinuz-${package#linux-*-}"
}

if [ -z "$(cached)" ]; then
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	(cd "$work" && download)
fi
cached
