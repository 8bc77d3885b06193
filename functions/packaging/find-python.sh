#!/bin/sh
# Prints the path of a working Python interpreter, of the first version in the list that is installed:
#   find-python.sh 3.13 3.12
# A command named python3.13 may be a pyenv shim, which fails unless pyenv is configured to use that version.
# So every candidate is run, and pyenv's versions folder is searched too. It is beside the shims, wherever HOME is.

works() {
    command -v "$1" >/dev/null 2>&1 &&
        [ "$("$1" -I -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)" = "$2" ]
}

for version in "$@"; do
    pyenv_versions="$(dirname "$(command -v "python$version" || echo .)")/../versions"
    for candidate in "python$version" python3 "$pyenv_versions/$version".*/bin/python; do
        if works "$candidate" "$version"; then
            "$candidate" -I -c 'import sys; print(sys.executable)'
            exit
        fi
    done
done
echo "No working Python $* found." >&2
exit 1
