#!/usr/bin/env bash
# build/new-rule.sh CATEGORY ID NAME: a rule's file, its entry in the catalogue, its two examples and its tests, red until they are filled in.
# Example: build/new-rule.sh Activations TD3007 FlickeringUnits
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() {
    echo "new-rule: $1" >&2
    exit 2
}

[ $# -eq 3 ] || fail "expected CATEGORY ID NAME, such as: build/new-rule.sh Activations TD3007 FlickeringUnits"
category="$1" id="$2" name="$3"
folder="src/Rules/$category"
[[ "$id" =~ ^TD[0-9]{4}$ ]] || fail "'$id' is no ID; expected TD and four digits"
[[ "$name" =~ ^([A-Z][a-z0-9]+)+$ ]] || fail "'$name' is no name of a class; expected words that begin with a capital, such as FlickeringUnits"
list="$(ls "$folder"/*Rules.cs 2>/dev/null || true)"
[ -n "$list" ] || fail "'$category' has no list of rules; expected one of: $(ls src/Rules/*/*Rules.cs | xargs -n1 dirname | xargs -n1 basename | sort -u | tr '\n' ' ')"
! grep -rqs "Id = \"$id\"" src/Rules || fail "$id exists already; IDs are never reused"
[ ! -e "$folder/$name.cs" ] || fail "$folder/$name.cs exists already"
examples="tests/Rules.Tests/Examples/$(basename "$list" Rules.cs)Examples.cs"
[ -e "$examples" ] || examples="$(grep -ls "\"${id:0:3}" tests/Rules.Tests/Examples/*Examples.cs | head -n 1)"
[ -n "$examples" ] || fail "no file of examples holds rules whose ID begins with ${id:0:3}"

kebab="$(sed -E 's/([a-z0-9])([A-Z])/\1-\2/g' <<<"$name" | tr '[:upper:]' '[:lower:]')"
fill() {
    mkdir -p "$(dirname "$2")"
    sed -e "s/CATEGORY/$category/g; s/RULEID/$id/g; s/KEBAB/$kebab/g; s/NAME/$name/g" "$1" >"$2"
    echo "wrote    $2"
}

# insert FILE LINE: before the "];" that ends the list, on a line of its own.
insert() {
    local end
    end="$(grep -n '^    \];' "$1" | head -n 1 | cut -d: -f1)"
    sed -i "${end}i\\$2" "$1"
    echo "extended $1"
}

fill build/scaffold/Rule.cs.txt "$folder/$name.cs"
fill build/scaffold/RuleTests.cs.txt "tests/Rules.Tests/$category/${name}Tests.cs"
insert "$list" "        RuleEntry.Of<${name}Options>($name.Metadata, options => new $name(options)),"
insert "$examples" "        new(\"$id\", Trace.Of(Metric.Loss, SeededCurve.Noisy(80, _ => 0.5, 0.05)), Trace.Of(Metric.Loss, SeededCurve.Noisy(80, _ => 5, 0.05))) { Shown = Metric.Loss, HealthyCaption = \"TODO\", IllCaption = \"TODO\" },"
cat <<TEXT
Next: fill in each TODO; give the ID a line in the contract; then
    TRAINDOCTOR_UPDATE_DOCS=1 dotnet test -c Release tests/Rules.Tests
writes docs/rules/$id.md. The tests stay red until the rule fires on its ill example; what it says of all
runs is then written by TRAINDOCTOR_ACCEPT=1, and read before it goes in.
TEXT
