#!/usr/bin/env python3
"""Makes a Hugo site of a mirror's documents, with the kinds of pages and feeds that Wirecopy makes of them: articles with
Open Graph and JSON-LD, lists by source, day, month, author and tag, and full-text feeds in Atom and JSON.

usage: bench/hugo_site.py MIRROR SITE

What is measured is Hugo, not a theme: bodies are written as HTML, so that it parses no Markdown, what is the same on
many pages is a cached partial, and where the two differ Hugo is spared. It has no numbered pages of authors, days and
months, links neither days nor months among themselves, and sanitises nothing.
"""

import datetime
import io
import json
import pathlib
import re
import subprocess
import sys
import tarfile

HEAD = re.compile(r"<!--(-?\d+)-->\n\[(.*)\]\((\S*)\)\n------\n\n")
TRAILER = re.compile(r"\n*<!--\n(.*)\n-->\n$", re.S)
BASE = """<!doctype html><html lang="en" dir="ltr"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
<title>{{ .Title }} · {{ site.Title }}</title><link rel="stylesheet" href="/style.css">
{{ partialCached "feeds.html" . .Section }}{{ block "head" . }}{{ end }}</head><body>
<a class="skip" href="#content">Skip to the text</a>{{ partialCached "masthead.html" . }}
<main id="content" tabindex="-1">{{ block "main" . }}{{ end }}</main>
<footer class="foot">{{ partialCached "foot.html" . .Section }}</footer></body></html>
"""
FEEDS = """{{ range cond (isset site.Taxonomies .Section) (slice site.Home) (slice .FirstSection site.Home) }}
<link rel="alternate" type="application/atom+xml" title="{{ .Title }}" href="{{ .RelPermalink }}feed.xml">
<link rel="alternate" type="application/feed+json" title="{{ .Title }}" href="{{ .RelPermalink }}feed.json">{{ end }}
"""
MASTHEAD = """<header class="masthead"><p class="nameplate"><a href="/">{{ site.Title }}</a></p><nav class="site">
<a href="/">Front page</a> <a href="/sources/">Sources</a> <a href="/months/">Archive</a></nav></header>
"""
FOOT = """{{ range cond (isset site.Taxonomies .Section) (slice site.Home) (slice .FirstSection site.Home) }}
<a href="{{ .RelPermalink }}feed.xml">Feed: {{ .Title }}</a>{{ end }}"""
SINGLE = """{{ define "head" }}<link rel="canonical" href="{{ .Params.origin }}">
<meta property="og:url" content="{{ .Params.origin }}"><meta property="og:type" content="article">
<meta property="og:title" content="{{ .Title }}"><meta property="og:site_name" content="{{ site.Title }}">
{{ with .Params.image }}<meta property="og:image" content="{{ . }}">{{ end }}
<meta property="article:published_time" content="{{ .Date.Format "2006-01-02T15:04:05Z" }}">
<script type="application/ld+json">{{ dict "@context" "https://schema.org" "@type" "NewsArticle" "headline" .Title
"url" .Params.origin "datePublished" (.Date.Format "2006-01-02T15:04:05Z") "publisher" (dict "@type"
"NewsMediaOrganization" "name" .CurrentSection.Title) | jsonify | safeJS }}</script>{{ end }}
{{ define "main" }}<article class="story"><header>
<p class="kicker"><a href="{{ .CurrentSection.RelPermalink }}">{{ .CurrentSection.Title }}</a></p><h1>{{ .Title }}</h1>
{{ with .GetTerms "authors" }}<p class="byline">{{ range . }}<a href="{{ .RelPermalink }}">{{ .Title }}</a> {{ end }}</p>
{{ end }}<p class="meta">{{ range .GetTerms "days" }}<a href="{{ .RelPermalink }}">{{ end }}
<time datetime="{{ .Date.Format "2006-01-02T15:04:05Z" }}">{{ .Date.Format "2 January 2006, 15:04 UTC" }}</time></a></p>
</header><div class="text">{{ .Content }}</div><footer><p><a class="origin" href="{{ .Params.origin }}">Read it at the
origin</a></p>{{ with .GetTerms "tags" }}<ul class="tags">{{ range . }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a>
</li>{{ end }}</ul>{{ end }}</footer></article><nav class="turn">
{{ with .PrevInSection }}<a rel="prev" href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}
{{ with .NextInSection }}<a rel="next" href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}</nav>{{ end }}
"""
LINE = """<li><a href="{{ .RelPermalink }}">{{ .Title }}</a> <a href="{{ .CurrentSection.RelPermalink }}">
{{ .CurrentSection.Title }}</a> <time datetime="{{ .Date.Format "2006-01-02T15:04Z" }}">{{ .Date.Format "15:04" }}</time>
</li>"""
SECTION = """{{ define "main" }}<h1>{{ .Title }}</h1>{{ $page := .Paginate .RegularPages 100 }}
{{ range $page.Pages.GroupByDate "2 January 2006" }}<h2>{{ .Key }}</h2><ol>
{{ range .Pages }}LINE{{ end }}</ol>{{ end }}
{{ with $page.Prev }}<a href="{{ .URL }}">newer</a>{{ end }}
{{ with $page.Next }}<a href="{{ .URL }}">older</a>{{ end }}{{ end }}
"""
HOME = """{{ define "main" }}<h1>{{ .Title }}</h1>
{{ range (first 60 site.RegularPages).GroupByDate "2 January 2006" }}<h2>{{ .Key }}</h2><ol>
{{ range .Pages }}LINE{{ end }}</ol>{{ end }}
<ul>{{ range .Sections }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a> {{ len .Pages }}</li>{{ end }}</ul>{{ end }}
"""
DAY = """{{ define "main" }}<h1>{{ .Title }}</h1><ol>{{ range .Pages }}LINE{{ end }}</ol>{{ end }}
"""
MONTH = """{{ define "main" }}<h1>{{ .Title }}</h1>{{ range .Pages.GroupByDate "2 January 2006" }}<h2>{{ .Key }}</h2><ol>
{{ range first 5 .Pages }}LINE{{ end }}</ol>{{ end }}{{ end }}
"""
SUBJECT = """{{ define "main" }}<h1>{{ .Title }}</h1>
{{ range (first 60 .Pages).GroupByDate "2 January 2006" }}<h2>{{ .Key }}</h2><ol>
{{ range .Pages }}LINE{{ end }}</ol>{{ end }}{{ end }}
"""
SUBJECTS = """{{ define "main" }}<h1>{{ .Title }}</h1><ul>{{ range .Pages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a>
{{ len .Pages }}</li>{{ end }}</ul>{{ end }}
"""
ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><id>{{ .Permalink }}</id>
<title>{{ .Title | html }}</title><updated>{{ .Lastmod.Format "2006-01-02T15:04:05Z" }}</updated>
{{ range first 50 .RegularPagesRecursive }}<entry><id>{{ .Permalink }}</id><title>{{ .Title | html }}</title>
<published>{{ .Date.Format "2006-01-02T15:04:05Z" }}</published><updated>{{ .Date.Format "2006-01-02T15:04:05Z" }}</updated>
<link rel="alternate" href="{{ .Permalink }}"/><author><name>{{ .CurrentSection.Title | html }}</name></author>
<content type="html">{{ .Content | html }}</content></entry>{{ end }}</feed>
"""
JSON = """{"version":"https://jsonfeed.org/version/1.1","title":{{ .Title | jsonify }},"items":[
{{ range $place, $page := first 50 .RegularPagesRecursive }}{{ if $place }},{{ end }}{{ dict "id" .Permalink "url" .Permalink
"title" .Title "content_html" .Content "date_published" (.Date.Format "2006-01-02T15:04:05Z") | jsonify }}{{ end }}]}
"""
SETTINGS = """baseURL = "https://news.example.org/"
title = "Archive"
pluralizeListTitles = false
capitalizeListTitles = false
disableKinds = ["sitemap", "404", "RSS"]
[taxonomies]
day = "days"
month = "months"
author = "authors"
tag = "tags"
[security]
allowContent = [".*"]
[mediaTypes."application/atom+xml"]
suffixes = ["xml"]
[outputFormats.atom]
mediaType = "application/atom+xml"
baseName = "feed"
isPlainText = true
[outputFormats.jsonfeed]
mediaType = "application/json"
baseName = "feed"
isPlainText = true
[outputs]
home = ["html", "atom", "jsonfeed"]
section = ["html", "atom", "jsonfeed"]
taxonomy = ["html"]
term = ["html"]
page = ["html"]
"""
LAYOUTS = {
    "baseof.html": BASE,
    "_partials/feeds.html": FEEDS,
    "_partials/masthead.html": MASTHEAD,
    "_partials/foot.html": FOOT,
    "single.html": SINGLE,
    "home.html": HOME,
    "section.html": SECTION,
    "days/term.html": DAY,
    "months/term.html": MONTH,
    "term.html": SUBJECT,
    "taxonomy.html": SUBJECTS,
    "home.atom.xml": ATOM,
    "section.atom.xml": ATOM,
    "home.jsonfeed.json": JSON,
    "section.jsonfeed.json": JSON,
}


def documents(mirror):
    """The files of the newest state of every volume, by path."""
    for volume in sorted(mirror.glob("archive/*.git")):
        git = ["git", "-C", volume, "archive", "HEAD", "articles"]
        with tarfile.open(fileobj=io.BytesIO(subprocess.run(git, check=True, capture_output=True).stdout)) as files:
            for file in files:
                if file.isfile():
                    yield pathlib.PurePosixPath(file.name), files.extractfile(file).read().decode()


def content(path, text):
    """A document as Hugo's content: its path and text."""
    head = HEAD.match(text)
    trailer = TRAILER.search(text)
    body = text[head.end() : trailer.start() if trailer else None].strip("\n")
    said = [line.partition(": ")[::2] for line in trailer[1].split("\n")] if trailer else []
    many = lambda key: [value for name, value in said if name == key]
    date = datetime.datetime.fromtimestamp(int(head[1]) / 1000, datetime.timezone.utc)
    about = {
        "title": head[2],
        "date": date.isoformat(),
        "origin": head[3],
        "days": [f"{date:%Y-%m-%d}"],
        "months": [f"{date:%Y-%m}"],
        "authors": many("author"),
        "tags": many("tag"),
    }
    if picture := next(iter(many("image")), None):
        about["image"] = picture
    lines = json.dumps(about, ensure_ascii=False) + "\n" + body
    return f"content/{path.parts[1]}/{path.stem}.html", lines


def main(mirror, site):
    """Writes the site's settings, layouts and content."""
    files = {"hugo.toml": SETTINGS}
    files |= {f"layouts/{name}": text.replace("LINE", LINE) for name, text in LAYOUTS.items()}
    layouts = len(files)
    files |= dict(content(path, text) for path, text in documents(mirror))
    for name, text in files.items():
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    print(f"{len(files) - layouts} articles")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
