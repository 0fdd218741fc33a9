#!/usr/bin/env bash
# Installs this clone as a Debian package, so that apt knows it, can upgrade it and can remove it.
set -euo pipefail

usage() {
    cat <<'HELP'
usage: sudo deploy/install.sh [--dry-run]       install this version, or upgrade to it; may be repeated
       sudo deploy/install.sh --uninstall       remove the program; settings and what was taught stay
       sudo deploy/install.sh --purge           remove all of it, what was taught included

Prints its plan, carries it out, and checks the result. With --dry-run it prints the plan and changes nothing.

It builds the .deb of this clone and gives it to apt: system user, settings, environment, service and the command
`edge-handsign` are the package's work. Installing the .deb by hand does the same.
HELP
}

repository=$(cd "$(dirname "$0")/.." && pwd)
python=/usr/bin/python3
settings=/etc/edge-handsign/config.yaml
memory=/var/lib/edge-handsign
folder=""
trap '[[ -z $folder ]] || rm -rf "$folder"' EXIT

refuse() {
    printf 'install.sh: %s\n' "$@" >&2
    exit 1
}

refuse_system() {
    refuse "It needs Raspberry Pi OS Bookworm or Trixie, 64-bit, or Bookworm, 32-bit; this is $("$python" --version || true)."
}

# What dpkg knows of it; it keeps the version of a removed package whose memory is still there.
installed() { [[ $(dpkg-query --show --showformat='${db:Status-Status}' edge-handsign 2> /dev/null) == installed ]]; }
known_version() { dpkg-query --show --showformat='${Version}' edge-handsign 2> /dev/null || true; }

check_system() {
    type -P apt-get dpkg-deb > /dev/null || refuse "apt and dpkg are needed: this is for Raspberry Pi OS or Debian."
    type -P systemctl > /dev/null || refuse "systemd is needed, to start the box at boot and to restart it."
    [[ -x $python ]] || refuse "$python is needed: sudo apt install python3"
}

check_version() {
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || refuse_system
    version=$(PYTHONPATH=$repository "$python" -B -P -c 'import edge_handsign; print(edge_handsign.__version__)')
    wheel=$("$python" -I "$repository/edge_handsign/runtimes.py") ||
        refuse_system
    before=$(known_version)
    if [[ -n $before ]] && dpkg --compare-versions "$before" gt "$version"; then
        refuse "$before is installed or has left its memory here, and this clone is $version, which is older:" \
            "it may not be able to read what was taught since. Nothing was changed."
    fi
}

check_root() { [[ $(id -u) == 0 ]] || refuse "only root may do this: sudo deploy/install.sh $*"; }

# Nothing of the system is touched by this, so that the plan can name what apt would do.
build() {
    folder=$(mktemp -d)
    chmod 755 "$folder"  # apt reads it as a user of its own
    deb=$(PATH=/usr/bin:$PATH "$repository/scripts/make_deb" "$folder")
}

# What apt would install besides; or what stops it.
needs() {
    apt-get install --simulate --no-install-recommends "$deb" 2> /dev/null |
        awk '$1 == "Inst" && $2 != "edge-handsign" { printf " %s", $2 }' || echo " what it finds after apt update"
}

plan_install() {
    echo "Plan: edge-handsign $version${before:+ (known here: $before)}"
    missing=$(needs)
    [[ -z $missing ]] || echo "  * from apt:$missing"
    echo "  * the package edge-handsign_${version}_all.deb of this clone, given to apt"
    echo "  * the system user edge-handsign, in the groups video and gpio"
    echo "  * /opt/edge-handsign: the system's Python and NumPy, with ${wheel%% *}; nothing of the system is upgraded"
    if [[ -e $settings ]]; then echo "  * $settings stays as it is"; else echo "  * $settings, with every setting at its default"; fi
    if [[ -e $memory/samples.db ]]; then echo "  * what was taught stays in $memory, and a copy of it is made"; fi
    echo "  * edge-handsign.service is enabled${running:+ and started}"
    [[ -z ${SUDO_USER-} ]] || echo "  * $SUDO_USER joins the group edge-handsign, which may talk to the box"
}

# check WHAT COMMAND...
check() {
    if "${@:2}" > /dev/null 2>&1; then echo "  ok    $1"; else
        echo "  FAIL  $1"
        failed=yes
    fi
}

in_group() { [[ " $(id --name --groups "$1") " == *" $2 "* ]]; }
unchanged() { [[ $(cksum < "$settings") == "$1" ]]; }

install_package() {
    local old_settings=""
    [[ ! -e $settings ]] || old_settings=$(cksum < "$settings")
    [[ -z $missing ]] || apt-get update --quiet
    apt-get install --yes --quiet --no-install-recommends --reinstall "$deb" ||
        refuse "apt did not install it; it says why above. python3-picamera2 is a package of Raspberry Pi OS, not of Debian."
    [[ -z ${SUDO_USER-} ]] || usermod --append --groups edge-handsign "$SUDO_USER"

    failed=""
    check "edge-handsign $version is installed" test "$(known_version)" = "$version"
    check "the user edge-handsign is in the group video" in_group edge-handsign video
    check "the user edge-handsign is in the group gpio" in_group edge-handsign gpio
    [[ -z $old_settings ]] || check "$settings is as it was" unchanged "$old_settings"
    check "the settings are sound (edge-handsign config check)" edge-handsign config check
    check "the environment can see (sudo edge-handsign-setup)" test -x /opt/edge-handsign/bin/python
    check "the service starts at boot (systemctl is-enabled edge-handsign)" systemctl is-enabled edge-handsign
    [[ -z $failed ]] || refuse "What is marked FAIL is not as it should be; the lines above say why."
    echo "Done. Camera, pins and all the rest: sudo edge-handsign doctor"
    echo "What it sees and says: journalctl -u edge-handsign -f${SUDO_USER:+; log in again to talk to it as $SUDO_USER}"
}

remove_package() {
    if [[ $1 == purge ]]; then
        echo "Plan: remove edge-handsign, /opt/edge-handsign, ${settings%/*} and $memory with all that was taught"
    else
        echo "Plan: remove edge-handsign and /opt/edge-handsign; ${settings%/*} and $memory stay"
    fi
    [[ -z $dry ]] || return 0
    check_root "--$1"
    if installed || { [[ $1 == purge && -n $(known_version) ]]; }; then
        apt-get "${1/uninstall/remove}" --yes --quiet edge-handsign
    else
        echo "It is not installed."
    fi
    failed=""
    check "the program is gone" test ! -e /usr/lib/edge-handsign -a ! -e /opt/edge-handsign
    [[ $1 != purge ]] || check "settings and memory are gone" test ! -e "$settings" -a ! -e "$memory"
    [[ -z $failed ]] || refuse "What is marked FAIL is still there; the lines above say why."
}

dry="" action=install
for argument; do
    case $argument in
        --dry-run) dry=yes ;;
        --uninstall | --purge) action=${argument#--} ;;
        -h | --help) usage; exit 0 ;;
        *) usage >&2; exit 64 ;;
    esac
done
check_system
[[ $action == install ]] || { remove_package "$action"; exit 0; }
running=""
[[ ! -d /run/systemd/system ]] || running=yes
check_version
build
plan_install
[[ -z $dry ]] || exit 0
check_root
install_package
