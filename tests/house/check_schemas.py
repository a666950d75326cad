"""The published JSON Schemas hold for every file they are about, and refuse what is not in them."""
import copy
import json

import jsonschema
import yaml

from house import ROOT, check, files, main, read

# Schema, the files it is about, and the folder's files that are something else.
SCHEMAS = {
    "fixtures/fixture.schema.json": ("fixtures/*.yaml", "fixtures/*.json"),
    "scenarios/scenario.schema.json": ("scenarios/*.yaml", "tests/tenant/stories/*.yaml", "scenarios/*.json"),
}


class Loader(yaml.SafeLoader):
    """YAML as mockrc reads it: a date is text, and so is on or yes."""


for first in "yYnNoO0123456789":
    rows = Loader.yaml_implicit_resolvers.get(first, [])
    drop = {"tag:yaml.org,2002:timestamp"} | ({"tag:yaml.org,2002:bool"} if first in "yYnNoO" else set())
    Loader.yaml_implicit_resolvers = {
        **Loader.yaml_implicit_resolvers,
        first: [(tag, regexp) for tag, regexp in rows if tag not in drop],
    }


def validator(schema):
    rules = json.loads(read(schema))
    jsonschema.Draft202012Validator.check_schema(rules)
    return jsonschema.Draft202012Validator(rules)


def about(schema):
    return [p for p in files(*SCHEMAS[schema]) if not str(p).endswith(".schema.json")]


def load(path):
    return yaml.load(read(path), Loader)


def present():
    return [schema for schema in SCHEMAS if about(schema)]


@check("every fixture and scenario keeps to its schema")
def _():
    for schema in present():
        rules = validator(schema)
        for path in about(schema):
            for error in rules.iter_errors(load(path)):
                yield f"{path}: {error.json_path}: {error.message[:300]}"


@check("the schemas refuse a word they do not know")
def _():
    for schema in present():
        rules = validator(schema)
        for path in about(schema):
            changed = copy.deepcopy(load(path))
            changed["no-such-word"] = 1
            if rules.is_valid(changed):
                yield f"{path}: valid with no-such-word at its top"


main()
