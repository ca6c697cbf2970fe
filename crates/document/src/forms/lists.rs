//! The lists of the first mirrors: a source's newest articles as links, 300 of them, or 100 and a
//! link to more in the older form. They hold no article, but they tell how a source is called
//! whose directory bears a short name only.

/// A list, as it tells of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// The source's name.
    pub name: String,
    /// Its articles in the order of the list.
    pub items: Vec<Item>,
}

/// A line of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Month and day at GMT+8, the year is not told.
    pub date: (u8, u8),
    /// As written, not escaped.
    pub title: String,
    /// The path of the article's file.
    pub path: String,
}

impl List {
    /// Reads a list; `None` for what is none.
    pub fn read(text: &str) -> Option<List> {
        let mut lines = text.lines().map(str::trim);
        let name = lines.next()?.trim_start_matches("# ").to_owned();
        let items: Vec<Item> = lines.filter_map(item).collect();
        let is_list = !items.is_empty()
            && text
                .lines()
                .nth(1)
                .is_some_and(|rule| rule.starts_with("---"));
        is_list.then_some(List { name, items })
    }

    /// The list as the first mirrors wrote it.
    pub fn write(&self) -> String {
        let mut text = format!("{}\n------\n\n", self.name);
        for Item {
            date: (month, day),
            title,
            path,
        } in &self.items
        {
            text.push_str(&format!("{month}-{day} [{title}]({path})\n\n"));
        }
        text
    }

    /// The directory under `articles/` that the list is about.
    pub fn directory(&self) -> Option<&str> {
        self.items
            .first()?
            .path
            .trim_start_matches('/')
            .strip_prefix("articles/")?
            .split('/')
            .next()
    }
}

fn item(line: &str) -> Option<Item> {
    let (date, link) = line.split_once(" [")?;
    let (month, day) = date.split_once('-')?;
    let (title, path) = link.strip_suffix(')')?.rsplit_once("](")?;
    Some(Item {
        date: (month.parse().ok()?, day.parse().ok()?),
        title: title.to_owned(),
        path: path.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_lists_of_both_lengths() {
        for (length, more) in [(300, ""), (100, "\n[查看更多](/articles/voa)\n")] {
            let lines: String = (0..length)
                .map(|n| format!("12-9 [T [{n}] (x)](/articles/voa/{n}.md)\n\n"))
                .collect();
            let list = List::read(&format!("美国之音\n------\n\n{lines}{more}")).unwrap();
            assert_eq!((list.name.as_str(), list.items.len()), ("美国之音", length));
            assert_eq!(list.directory(), Some("voa"));
            assert_eq!(List::read(&list.write()).unwrap(), list);
            assert_eq!(list.items[7].title, "T [7] (x)");
            assert_eq!(list.items[7].date, (12, 9));
        }
    }

    #[test]
    fn other_files_are_no_lists() {
        assert_eq!(
            List::read("# News\n------\n\n[美国之音](/lists/voa.md)\n"),
            None
        );
        assert_eq!(List::read(""), None);
    }
}
