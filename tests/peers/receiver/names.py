"""Parse generated Swift with tree-sitter-swift, and look for names that no SDK declares.

Usage: names.py DECLARATIONS OUTPUT

DECLARATIONS is a folder with Swift declarations of Apple's frameworks and other_names.txt, OUTPUT a
folder with one folder of Swift files per receiver. Prints one line per complaint, then the number
of files. A name is a type, or what stands after a full stop; a function is compared with its labels.
"""

import pathlib
import sys

import tree_sitter_swift
from tree_sitter import Language, Parser

PARSER = Parser(Language(tree_sitter_swift.language()))
TYPES = {"class_declaration", "protocol_declaration", "typealias_declaration"}
FUNCTIONS = {"function_declaration", "protocol_function_declaration", "init_declaration"}
# Delegates are called by the system: a wrong label there compiles with Apple's SDK, and is never called.
DELEGATES = ("pushRegistry", "provider", "conversationManager")


def nodes(node):
    yield node
    for child in node.children:
        yield from nodes(child)


def text(node):
    return node.text.decode()


def named(node, *kinds):
    return next((child for child in node.children if child.type in kinds), None)


def labels(function):
    """The argument labels of a declared function."""
    return [text(child).split(":")[0].split()[0] for child in function.children if child.type == "parameter"]


class Declared:
    """Names that files declare."""

    def __init__(self):
        self.names = set()
        self.functions = {}

    def add(self, tree, owner=""):
        for node in tree.children:
            inner = owner
            if node.type in TYPES:
                name = node.child_by_field_name("name") or named(node, "type_identifier")
                inner = text(name).split(".")[-1]
                self.names.add(inner)
            elif node.type in FUNCTIONS:
                name = owner if node.type == "init_declaration" else text(named(node, "simple_identifier"))
                self.names.add(name)
                self.functions.setdefault(name, []).append(labels(node))
            elif node.type in ("property_declaration", "protocol_property_declaration", "enum_entry"):
                for part in nodes(node):
                    if part.type == "pattern" or part.type == "enum_entry":
                        self.names.update(text(name) for name in part.children if name.type == "simple_identifier")
            self.add(node, inner)


def used(tree):
    """Names that a file uses, each with its line."""
    for node in nodes(tree):
        if node.type == "type_identifier":
            yield text(node), node
        elif node.type == "navigation_suffix":
            name = named(node, "simple_identifier")
            if name:
                yield text(name), name
        elif node.type == "prefix_expression" and text(node).startswith("."):
            name = named(node, "simple_identifier")
            if name:
                yield text(name), name
        elif node.type == "simple_identifier" and text(node)[:1].isupper():
            yield text(node), node


def calls(tree):
    """Called functions: the name, the labels and the node."""
    for node in nodes(tree):
        if node.type != "call_expression":
            continue
        callee, suffix = node.children[0], named(node, "call_suffix")
        arguments = named(suffix, "value_arguments") if suffix else None
        if callee.type == "navigation_expression":
            last = named(callee.children[-1], "simple_identifier")
        elif callee.type in ("simple_identifier", "prefix_expression"):
            last = callee if callee.type == "simple_identifier" else None
        else:
            last = None
        if last is None or arguments is None:
            continue
        given = []
        for argument in arguments.children:
            if argument.type == "value_argument":
                label = named(argument, "value_argument_label")
                given.append(text(label) if label else "_")
        yield text(last), given, node


def is_part(given, declared):
    """True if the labels are those of the declaration, of which some may have defaults."""
    rest = iter(declared)
    return all(label in rest for label in given)


def parse(file):
    return PARSER.parse(file.read_bytes()).root_node


def complaints(folder, apple, other):
    own = Declared()
    trees = {file: parse(file) for file in sorted(folder.glob("*.swift"))}
    for tree in trees.values():
        own.add(tree)
    known = apple.names | own.names | other
    for file, tree in trees.items():
        place = f"{folder.name}/{file.name}"
        if tree.has_error:
            wrong = next(node for node in nodes(tree) if node.is_error or node.is_missing)
            yield f"{place}:{wrong.start_point.row + 1}: this does not parse"
        for name, node in used(tree):
            if name not in known:
                yield f"{place}:{node.start_point.row + 1}: nothing declares {name}"
        for name, given, node in calls(tree):
            forms = apple.functions.get(name, []) + own.functions.get(name, [])
            if forms and not any(is_part(given, form) for form in forms):
                yield f"{place}:{node.start_point.row + 1}: {name} has no such labels: {given}"
        for node in nodes(tree):
            if node.type == "function_declaration":
                name = text(named(node, "simple_identifier"))
                if name.startswith(DELEGATES) and labels(node) not in apple.functions.get(name, []):
                    yield f"{place}:{node.start_point.row + 1}: no delegate has {name}({labels(node)})"


def main():
    declarations, output = map(pathlib.Path, sys.argv[1:])
    apple = Declared()
    for file in sorted(declarations.glob("*.swift")):
        tree = parse(file)
        if tree.has_error:
            print(f"{file.name}: the declarations do not parse")
        apple.add(tree)
    lines = (declarations / "other_names.txt").read_text().splitlines()
    other = {line for line in lines if line and not line.startswith("#")}
    count = 0
    for folder in sorted(output.iterdir()):
        count += len(list(folder.glob("*.swift")))
        for complaint in complaints(folder, apple, other):
            print(complaint)
    print(f"{count} files")


main()
