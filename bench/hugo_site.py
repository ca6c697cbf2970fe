#!/usr/bin/env python3
"""Makes a Hugo site of a generated archive: the same articles, with lists by source, neighbours and feeds.

usage: bench/hugo_site.py ARCHIVE SITE

The bodies are written as HTML, so that Hugo parses no Markdown, and its templates are as small as they can be: what is
measured is Hugo, not a theme.
"""

import datetime
import json
import pathlib
import re
import sys

HEAD = re.compile(r"<!--(\d+)-->\s*\[(.*?)\]\((\S*)\)\s*-*\s*", re.S)
BASE = """<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>{{ .Title }}</title>
<link rel="alternate" type="application/rss+xml" href="index.xml"></head><body><main>
{{ block "main" . }}{{ end }}</main></body></html>
"""
SINGLE = """{{ define "main" }}<article><h1>{{ .Title }}</h1>
<p><time datetime="{{ .Date.Format "2006-01-02T15:04:05Z07:00" }}">{{ .Date.Format "2 January 2006" }}</time>
<a href="{{ .Params.origin }}">{{ .Section }}</a></p><div>{{ .Content }}</div>
{{ with .PrevInSection }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}
{{ with .NextInSection }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}</article>{{ end }}
"""
LIST = """{{ define "main" }}<h1>{{ .Title }}</h1><ol>{{ range (.Paginate .RegularPagesRecursive 100).Pages }}
<li><a href="{{ .RelPermalink }}">{{ .Title }}</a> {{ .Date.Format "2006-01-02" }}</li>{{ end }}</ol>
{{ with .Paginator.Prev }}<a href="{{ .URL }}">newer</a>{{ end }}
{{ with .Paginator.Next }}<a href="{{ .URL }}">older</a>{{ end }}{{ end }}
"""
RSS = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{{ .Title }}</title>
<link>{{ .Permalink }}</link>{{ range first 50 .RegularPagesRecursive }}<item><title>{{ .Title }}</title>
<link>{{ .Permalink }}</link><pubDate>{{ .Date.Format "Mon, 02 Jan 2006 15:04:05 -0700" }}</pubDate>
<description>{{ .Content | html }}</description></item>{{ end }}</channel></rss>
"""
SETTINGS = """baseURL = "https://news.example.org/"
title = "Archive"
disableKinds = ["taxonomy", "term", "sitemap", "404"]
[security]
allowContent = [".*"]
"""


def main(archive, site):
    """Writes the site's settings, layouts and content."""
    files = {
        "hugo.toml": SETTINGS,
        "layouts/baseof.html": BASE,
        "layouts/single.html": SINGLE,
        "layouts/list.html": LIST,
        "layouts/rss.xml": RSS,
    }
    for path in sorted(archive.glob("articles/*/*.md")):
        head = HEAD.match(text := path.read_text("utf-8", "replace"))
        if not head:
            continue
        date = datetime.datetime.fromtimestamp(int(head[1]) / 1000, datetime.timezone.utc)
        about = {"title": head[2], "date": date.isoformat(), "origin": head[3]}
        body = json.dumps(about, ensure_ascii=False) + "\n" + text[head.end() :]
        files[f"content/{path.parent.name}/{path.stem}.html"] = body
    for name, text in files.items():
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    print(f"{len(files) - 5} articles")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
