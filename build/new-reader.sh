#!/usr/bin/env bash
# build/new-reader.sh NAME: a parser of lines for one more log format and a small log with its reading, red until they are filled in.
# Example: build/new-reader.sh Darkroom
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() {
    echo "new-reader: $1" >&2
    exit 2
}

[ $# -eq 1 ] || fail "expected the name of the format, such as: build/new-reader.sh Darkroom"
name="$1"
[[ "$name" =~ ^([A-Z][a-z0-9]+)+$ ]] || fail "'$name' is no name of a class; expected words that begin with a capital, such as Darkroom"
parser="src/Diagnostics/Readers/Formats/${name}LineParser.cs"
[ ! -e "$parser" ] || fail "$parser exists already"
kebab="$(sed -E 's/([a-z0-9])([A-Z])/\1-\2/g' <<<"$name" | tr '[:upper:]' '[:lower:]')"
layout="tests/Diagnostics.Tests/Readers/Layouts/Printed/$kebab"

sed -e "s/NAME/$name/g" build/scaffold/LineParser.cs.txt >"$parser"
printf 'TODO a small log that you made in the real layout of the tool\n' >"$layout.txt"
cat >"$layout.expected.json" <<'JSON'
{
  "read": true,
  "runs": 1,
  "series": {
    "loss": { "count": 8, "first": 2.5, "last": 0.5, "firstStep": 0, "lastStep": 7 }
  },
  "notes": ""
}
JSON
printf 'wrote    %s\n' "$parser" "$layout.txt" "$layout.expected.json"
cat <<TEXT
Next: fill in each TODO; have it chosen by content in src/Diagnostics/Readers/Opening/RowReaderChoice.cs:
        if (format is LogFormat.Auto or LogFormat.Text && ${name}LineParser.Fits(FirstLine(start)))
        {
            return Lines(input, new LogFacts { Format = "$kebab" }, options, facts => new ${name}LineParser(facts), parallel: true);
        }
A layout that the text reader can learn needs no parser at all: try \`traindoctor diagnose $layout.txt --explain-reading\` first.
TEXT
