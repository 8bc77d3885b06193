#!/bin/sh
# Builds the artifact of all functions: the packages in requirements.txt, and the modules of this folder.
#   build.sh ARTIFACT 3.13                  for this version of Python, on both of Lambda's architectures
#   build.sh ARTIFACT /path/to/interpreter  for this interpreter, on this machine
# The packages are kept beside the artifact, in a folder whose name is a digest of everything that decides what they
# are. So they are installed once for all functions, and those of an earlier run are used only if they are the same.
set -eu

artifact=$1 target=$2
packaging=$(dirname "$0")

fail() { echo "$1" >&2; exit 1; }

# The environment does not decide what is packed: of uv's variables, only those that say where to find packages stay.
for name in $(env | sed -nE 's/^((PYTHON|UV_)[A-Za-z0-9_]*)=.*/\1/p'); do
    case $name in
        UV_CACHE_DIR | UV_CONCURRENT_* | UV_DEFAULT_INDEX | UV_EXTRA_INDEX_URL | UV_FIND_LINKS | UV_HTTP_* | UV_INDEX*) ;;
        UV_INSECURE_HOST | UV_KEYRING_PROVIDER | UV_NATIVE_TLS | UV_OFFLINE | UV_SYSTEM_CERTS) ;;
        *) unset "$name" ;;
    esac
done
# The system's certificates work behind a proxy that inspects TLS.
export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS-1}"
# Lambda reads the files as another user.
umask 022

command -v uv >/dev/null || fail "uv is missing: run 'pip install uv', or use 'make build'."
case $target in
    */*)
        compiler=$target python=$target
        version=$("$python" -I -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        platforms=$("$python" -I -c 'import sysconfig; print(sysconfig.get_platform())')
        ;;
    *)
        # uv accepts any interpreter; only the deployed version can compile the byte code.
        version=$target platforms="aarch64-manylinux2014 x86_64-manylinux2014"
        compiler=$("$packaging/find-python.sh" "$version" 2>/dev/null) || compiler=""
        python=${compiler:-$("$packaging/find-python.sh" 3.14 3.13 3.12 3.11 2>/dev/null)} ||
            fail "Python 3.11 or later is not on PATH: install it."
        ;;
esac

# Links into uv's cache would be damaged by the trimming. A folder per platform, because uv skips a package that is
# already installed for another one. Packages in uv's cache need no network.
install() {
    set -- pip install --quiet --python "$python" --target "$new/installed" --link-mode copy --no-compile-bytecode \
        --only-binary :all: --require-hashes --requirement requirements.txt "$@"
    uv "$@" --offline 2>/dev/null || uv "$@"
    cp -R "$new/installed/." "$new"
    rm -r "$new/installed"
}

# Lambda cannot write byte code: a module not compiled here is compiled at every cold start. The byte code is unchecked,
# because SAM CLI resets the sources' timestamps, and contains the paths that the sources have in Lambda.
compile() {
    [ -z "$compiler" ] ||
        "$compiler" -I -m compileall -q --invalidation-mode unchecked-hash -p /var/task "$@"
}

digest=$(cat requirements.txt "$packaging"/* | "$python" -I -c \
    'import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read() + sys.argv[1].encode()).hexdigest()[:16])' \
    "$version $platforms $compiler")
packages=$(dirname "$artifact")/packages-$digest

if [ ! -d "$packages" ]; then
    echo "Installing the packages for python$version on $platforms."
    new=$packages.$$
    trap 'rm -rf "$new"' EXIT
    mkdir -p "$new"
    if [ "$target" = "$python" ]; then
        install
    else
        for platform in $platforms; do
            install --python-platform "$platform" --python-version "$version"
        done
    fi
    "$python" -I "$packaging/list_parts.py" "$new" >"$new/parts.cdx.json"
    # Remove files that no function reads: Lambda unpacks them, and the importer searches them, at every cold start.
    # Each package's name, version and licence stay. botocore ships the API models of 400 services.
    (cd "$new" && rm -rf bin .lock *.dist-info/RECORD boto3/data boto3/examples)
    "$python" -I "$packaging/trim_botocore.py" "$new/botocore/data" $(cat "$packaging/aws_calls.txt")
    find "$new" \( -name '*.pyi' -o -name py.typed -o -name 'examples-1.json' \) -exec rm {} +
    other=$(find "$new" -name '*.so' ! -name "*.cpython-$(echo "$version" | tr -d .)-*" ! -name '*.abi3.so')
    [ -z "$other" ] || fail "These modules are not for Python $version: $other"
    compile -j 0 -s "$new" "$new"
    # Another build may have been faster.
    "$python" -I -c 'import os, sys; os.rename(*sys.argv[1:])' "$new" "$packages" 2>/dev/null || true
fi

# Emptied, not replaced: a container of 'sam local' may have mounted it.
mkdir -p "$artifact"
find "$artifact" -mindepth 1 -delete
cp -R "$packages/." "$artifact"
modules=$(find . -name '*.py' ! -path './packaging/*' | sed 's,^\./,,')
for module in $modules; do
    mkdir -p "$artifact/$(dirname "$module")"
    cp "$module" "$artifact/$module"
done
chmod -R u=rwX,go=rX "$artifact"
(cd "$artifact" && echo "$modules" | compile -i -)

echo "Packed $(grep -c '"purl"' "$artifact/parts.cdx.json") packages and $(echo "$modules" | grep -c .) modules" \
    "for python$version on $platforms."
[ -n "$compiler" ] || echo "Not compiled: Python $version not found. The functions work, but cold starts are slower."
