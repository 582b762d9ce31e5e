//! The imports between the files of one crate, and the circles that they make.
//!
//! A file imports another one if it names an item that is defined there, by a `use` or by a path. A
//! re-export is followed to the definition and imports nothing itself, and neither does the
//! declaration of a module. Tests do not count.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::source::{Token, tokens};

/// The most re-exports that are followed to one definition.
const HOPS: usize = 8;

type Module = Vec<String>;

/// The files of a crate that are not tests, by their modules.
pub(crate) struct Imports {
    files: BTreeMap<Module, File>,
}

struct File {
    path: PathBuf,
    uses: Vec<Use>,
    paths: Vec<Module>,
    children: BTreeSet<String>,
}

/// One leaf of a `use`.
struct Use {
    path: Module,
    name: String,
    is_public: bool,
}

enum Target {
    /// An item that is defined in the file of this module.
    Item(Module),
    Module(Module),
}

impl Imports {
    /// Reads the files below `folder`, the `src` of a crate.
    pub(crate) fn read(folder: &Path, files: &[(PathBuf, String)]) -> Result<Self> {
        let mut read = BTreeMap::new();
        for (path, text) in files {
            let Some(module) = path.strip_prefix(folder).ok().and_then(module_of) else {
                continue;
            };
            let mut scan = Scan {
                tokens: &tokens(text)?,
                at: 0,
                file: File {
                    path: path.clone(),
                    uses: Vec::new(),
                    paths: Vec::new(),
                    children: BTreeSet::new(),
                },
            };
            scan.run();
            read.insert(module, scan.file);
        }
        Ok(Self { files: read })
    }

    /// The groups of files each of which imports all others of its group, directly or not.
    pub(crate) fn circles(&self) -> Vec<Vec<&Path>> {
        let edges: BTreeMap<&Module, BTreeSet<Module>> = (self.files)
            .iter()
            .map(|(module, file)| (module, self.imported(module, file)))
            .collect();
        let reached: BTreeMap<&Module, BTreeSet<&Module>> = edges
            .keys()
            .map(|module| (*module, reach(module, &edges)))
            .collect();
        let mut grouped: BTreeSet<&Module> = BTreeSet::new();
        let mut circles = Vec::new();
        for (module, there) in &reached {
            let back = |other: &&&Module| reached.get(**other).is_some_and(|r| r.contains(*module));
            let circle: Vec<&Module> = there.iter().filter(back).copied().collect();
            if circle.len() > 1 && grouped.insert(module) {
                grouped.extend(&circle);
                let paths = circle.iter().filter_map(|one| self.files.get(*one));
                circles.push(paths.map(|file| file.path.as_path()).collect());
            }
        }
        circles
    }

    fn imported(&self, module: &Module, file: &File) -> BTreeSet<Module> {
        let named = (file.uses.iter().filter(|one| !one.is_public)).map(|one| &one.path);
        let targets =
            named
                .chain(&file.paths)
                .filter_map(|path| match self.resolve(module, path, HOPS)? {
                    Target::Item(of) => Some(of),
                    Target::Module(_) => None,
                });
        targets.filter(|of| of != module).collect()
    }

    /// The item or module that a path names in a module's file; none if it is of another crate.
    fn resolve(&self, module: &Module, path: &[String], hops: usize) -> Option<Target> {
        let file = self.files.get(module)?;
        let (first, mut rest) = path.split_first()?;
        let mut at = match first.as_str() {
            "crate" => Module::new(),
            "self" => module.clone(),
            "super" => parent(module)?,
            name if file.children.contains(name) => child(module, name),
            name => {
                let known = file.uses.iter().find(|one| one.name == name)?;
                let hops = hops.checked_sub(1)?;
                match self.resolve(module, &known.path, hops)? {
                    Target::Module(of) => of,
                    Target::Item(_) => return None,
                }
            }
        };
        while let Some((name, after)) = rest.split_first() {
            let below = child(&at, name);
            at = match name.as_str() {
                "super" => parent(&at)?,
                _ if self.files.contains_key(&below) => below,
                "*" => return Some(Target::Item(at)),
                _ => return self.defined(at, name, after, hops),
            };
            rest = after;
        }
        Some(Target::Module(at))
    }

    /// The place where a name of a module is defined.
    fn defined(&self, at: Module, name: &str, after: &[String], hops: usize) -> Option<Target> {
        let file = self.files.get(&at)?;
        let exported = file
            .uses
            .iter()
            .find(|one| one.is_public && one.name == name);
        match exported {
            Some(exported) => {
                let whole = [exported.path.as_slice(), after].concat();
                self.resolve(&at, &whole, hops.checked_sub(1)?)
            }
            None => Some(Target::Item(at)),
        }
    }
}

struct Scan<'a> {
    tokens: &'a [Token],
    at: usize,
    file: File,
}

impl Scan<'_> {
    fn run(&mut self) {
        while let Some(text) = self.text(0) {
            match text {
                "#" if self.text(1) == Some("cfg") && self.text(2) == Some("test") => {
                    self.skip_item();
                }
                "mod" if self.text(2) == Some(";") => {
                    let name = self.text(1).unwrap_or_default().to_owned();
                    self.file.children.insert(name);
                    self.at += 3;
                }
                "mod" if self.text(2) == Some("{") => self.skip_item(),
                // Not the lifetimes that a type captures, `use<'a>`.
                "use" if self.text(1).is_some_and(is_name) => self.read_use(),
                _ if self.text(1) == Some("::") && is_name(text) => self.read_path(),
                _ => self.at += 1,
            }
        }
    }

    fn text(&self, ahead: usize) -> Option<&str> {
        self.tokens
            .get(self.at + ahead)
            .map(|token| token.text.as_str())
    }

    /// Goes behind the next `;`, or the next block in braces.
    fn skip_item(&mut self) {
        let mut depth = 0_usize;
        while let Some(text) = self.text(0).map(str::to_owned) {
            match text.as_str() {
                "{" => depth += 1,
                "}" if depth <= 1 => break,
                "}" => depth -= 1,
                ";" if depth == 0 => break,
                _ => {}
            }
            self.at += 1;
        }
        self.at += 1;
    }

    fn read_use(&mut self) {
        let before = self.tokens.get(..self.at).unwrap_or_default();
        let mut back = before.iter().rev().take(6).map(|token| token.text.as_str());
        let is_public = back
            .find(|text| ["pub", ";", "{", "}", "#"].contains(text))
            .is_some_and(|text| text == "pub");
        self.at += 1;
        self.read_tree(&Module::new(), is_public);
    }

    /// Reads one tree of a `use`, up to the `,`, `}` or `;` behind it.
    fn read_tree(&mut self, prefix: &Module, is_public: bool) {
        let mut path = prefix.clone();
        let mut name = None;
        while let Some(text) = self.text(0).map(str::to_owned) {
            self.at += 1;
            match text.as_str() {
                "::" => {}
                "as" => {
                    name = self.text(0).map(str::to_owned);
                    self.at += 1;
                }
                "{" => {
                    while self.text(0).is_some_and(|text| !["}", ";"].contains(&text)) {
                        self.read_tree(&path, is_public);
                        self.at += usize::from(self.text(0) == Some(","));
                    }
                    self.at += 1;
                    return;
                }
                "," | "}" | ";" => {
                    self.at -= 1;
                    break;
                }
                "self" if !path.is_empty() => {}
                _ => path.push(text),
            }
        }
        if let Some(last) = path.last().cloned() {
            let name = name.unwrap_or(last);
            self.file.uses.push(Use {
                path,
                name,
                is_public,
            });
        }
    }

    fn read_path(&mut self) {
        let mut path = vec![self.text(0).unwrap_or_default().to_owned()];
        while self.text(1) == Some("::") && self.text(2).is_some_and(is_name) {
            self.at += 2;
            path.push(self.text(0).unwrap_or_default().to_owned());
        }
        self.at += 1;
        self.file.paths.push(path);
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// The module of a file below `src`; none for a test, another program, or what is no source.
fn module_of(path: &Path) -> Option<Module> {
    let text = path.to_str()?.strip_suffix(".rs")?;
    let mut module: Module = text.split('/').map(str::to_owned).collect();
    let is_test = |name: &String| ["tests", "testkit", "bin"].contains(&name.as_str());
    if module.iter().any(is_test) {
        return None;
    }
    let last = module.last()?.clone();
    let is_root = module.len() == 1 && ["lib", "main"].contains(&last.as_str());
    if is_root || last == "mod" {
        module.pop();
    }
    Some(module)
}

fn parent(module: &Module) -> Option<Module> {
    module.split_last().map(|(_, above)| above.to_vec())
}

fn child(module: &Module, name: &str) -> Module {
    let mut below = module.clone();
    below.push(name.to_owned());
    below
}

fn reach<'m>(
    from: &'m Module,
    edges: &BTreeMap<&'m Module, BTreeSet<Module>>,
) -> BTreeSet<&'m Module> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(module) = open.pop() {
        let next = edges.get(module).into_iter().flatten();
        for to in next
            .filter_map(|to| edges.get_key_value(to))
            .map(|(to, _)| *to)
        {
            if reached.insert(to) {
                open.push(to);
            }
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::Imports;
    use std::path::{Path, PathBuf};

    fn circles(files: &[(&str, &str)]) -> Vec<Vec<String>> {
        let files: Vec<_> = files
            .iter()
            .map(|(path, text)| (PathBuf::from("src").join(path), (*text).to_owned()))
            .collect();
        let imports = Imports::read(Path::new("src"), &files).unwrap();
        let circles = imports.circles().into_iter();
        circles
            .map(|circle| {
                circle
                    .iter()
                    .map(|path| path.display().to_string())
                    .collect()
            })
            .collect()
    }

    #[test]
    fn two_files_that_import_each_other_are_a_circle() {
        let (lib, a) = (
            ("lib.rs", "mod a; mod b;"),
            ("a.rs", "use super::b::B; pub struct A;"),
        );
        for b in [
            "use crate::a::A; pub struct B;",
            "pub struct B; fn f() { crate::a::A }",
            "use super::a; pub struct B; fn f() { a::A }",
            "use crate::{a::{A}, c}; pub struct B;",
        ] {
            let found = circles(&[lib, a, ("b.rs", b)]);
            assert_eq!(found, [["src/a.rs", "src/b.rs"]], "{b}");
        }
        for b in [
            "use crate::a; pub struct B;",
            "pub struct B; #[cfg(test)] use crate::a::A;",
        ] {
            assert!(circles(&[lib, a, ("b.rs", b)]).is_empty(), "{b}");
        }
    }

    #[test]
    fn a_longer_circle_is_found_whole_and_once() {
        let found = circles(&[
            ("lib.rs", "mod a; mod b; mod c; mod d;"),
            ("a.rs", "use crate::b::B;"),
            ("b.rs", "use crate::c::C;"),
            ("c/mod.rs", "use crate::a::A;"),
            ("d.rs", "use crate::a::A;"),
        ]);
        assert_eq!(found, [["src/a.rs", "src/b.rs", "src/c/mod.rs"]]);
    }

    #[test]
    fn a_re_export_imports_nothing_and_is_followed_to_the_definition() {
        let found = circles(&[
            ("lib.rs", "mod a; pub use a::x::X;"),
            (
                "a/mod.rs",
                "mod x; mod y; pub use x::X; pub use y::Y; pub struct A;",
            ),
            ("a/x.rs", "use super::A; use crate::a::Y;"),
            ("a/y.rs", "pub struct Y;"),
        ]);
        assert!(found.is_empty(), "{found:?}");
        let found = circles(&[
            ("lib.rs", "mod a;"),
            ("a/mod.rs", "mod x; mod y; pub use x::X; pub use y::Y;"),
            ("a/x.rs", "use super::Y;"),
            ("a/y.rs", "use crate::a::X;"),
        ]);
        assert_eq!(found, [["src/a/x.rs", "src/a/y.rs"]]);
    }

    #[test]
    fn a_parent_that_calls_its_child_which_uses_the_parent_is_a_circle() {
        let found = circles(&[
            ("lib.rs", "mod a;"),
            ("a/mod.rs", "mod x; pub struct A; fn f() { x::g() }"),
            ("a/x.rs", "use super::A;"),
        ]);
        assert_eq!(found, [["src/a/mod.rs", "src/a/x.rs"]]);
    }
}
