# Turns the blocks of Swift in Markdown and in doc comments into functions, each under the line that it
# comes from, so that the compiler's complaints point there. Manifests of packages are left out.

function flush_block() {
  if (block != "" && block !~ /^\/\/ Package\.swift/) {
    printf "func block%d() async throws {\n#sourceLocation(file: \"%s\", line: %d)\n", ++count, FILENAME, first
    printf "%s#sourceLocation()\n}\n", block
  }
  block = ""
}

{
  line = $0
  sub(/^[ \t]*\/\/\/ ?/, "", line)
}

line ~ /^[ \t]*```/ {
  if (inside) flush_block()
  else is_swift = (line ~ /^[ \t]*```swift[ \t]*$/)
  inside = !inside
  first = FNR + 1
  next
}

inside && is_swift {
  if (line ~ /^[ \t]*import /) line = ""  # the functions share their imports
  block = block line "\n"
}
