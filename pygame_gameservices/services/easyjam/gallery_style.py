"""How the gallery looks: one style sheet, light and dark by the reader's own setting, from a phone to a wall."""

STYLE = """
:root {
  --ground: #f4f3ef; --card: #ffffff; --ink: #1d1f24; --soft: #5b606b; --line: #dddad2; --accent: #0f6a5d;
  --chip: #eceae3; --shadow: 0 1px 2px rgb(30 25 10 / 8%), 0 8px 24px rgb(30 25 10 / 6%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #111318; --card: #1a1d24; --ink: #eceef2; --soft: #a4abb8; --line: #2c313b; --accent: #5fd4bf;
    --chip: #262b35; --shadow: 0 1px 2px rgb(0 0 0 / 40%), 0 8px 24px rgb(0 0 0 / 25%);
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
header, main { max-width: 1240px; margin: 0 auto; padding: 0 clamp(16px, 4vw, 40px); }
header { padding-top: clamp(28px, 6vw, 64px); padding-bottom: 24px; }
h1 { margin: 0; font-size: clamp(30px, 5vw, 46px); line-height: 1.1; letter-spacing: -0.02em; overflow-wrap: anywhere; }
header p { margin: 10px 0 0; color: var(--soft); }
a { color: inherit; text-decoration: none; }
a:hover { text-decoration: underline; text-underline-offset: 3px; }
a:focus-visible, summary:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.feed { margin-left: 8px; color: var(--accent); font-weight: 600; }
main {
  display: grid; gap: 24px; padding-bottom: 64px;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 320px), 1fr));
}
article {
  display: flex; flex-direction: column; overflow: hidden; background: var(--card);
  border: 1px solid var(--line); border-radius: 14px; box-shadow: var(--shadow);
}
.picture { position: relative; aspect-ratio: 16 / 9; overflow: hidden; display: grid; place-items: center; }
.picture img { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: cover; }
.picture span { color: rgb(255 255 255 / 85%); font-size: 64px; font-weight: 700; line-height: 1; }
.tint0 { background: linear-gradient(135deg, #23506b, #3f8f8a); }
.tint1 { background: linear-gradient(135deg, #5a3d7a, #a35b86); }
.tint2 { background: linear-gradient(135deg, #7a4a2b, #c08a3e); }
.tint3 { background: linear-gradient(135deg, #2f5d3a, #79a05a); }
.tint4 { background: linear-gradient(135deg, #7a2f3f, #c46a5a); }
.tint5 { background: linear-gradient(135deg, #31407d, #6d86c9); }
.words { display: flex; flex-direction: column; flex: 1; gap: 8px; padding: 16px 18px 18px; min-width: 0; }
.words > * { margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 19px; line-height: 1.3; letter-spacing: -0.01em; }
.maker { margin-top: -4px; color: var(--soft); font-size: 15px; }
.facts { display: flex; flex-wrap: wrap; gap: 6px; color: var(--soft); font-size: 13px; }
.facts > * { padding: 2px 9px; background: var(--chip); border-radius: 999px; }
.about { white-space: pre-line; font-size: 15px; margin: 0; }
details { font-size: 15px; }
summary { cursor: pointer; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary b { color: var(--accent); font-weight: 600; white-space: nowrap; }
.less, details[open] .more, details[open] summary span { display: none; }
details[open] .less { display: inline; }
details[open] .about { margin-top: 4px; }
.links { display: flex; flex-wrap: wrap; gap: 8px; list-style: none; padding: 6px 0 0; margin-top: auto; }
.links a {
  display: block; padding: 5px 13px; border: 1px solid var(--line); border-radius: 8px;
  color: var(--accent); font-size: 14px; font-weight: 600;
}
.links a:hover { border-color: var(--accent); text-decoration: none; }
.nothing { color: var(--soft); }
"""
