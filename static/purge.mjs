// Leaves out of a style sheet what no page can use: rules whose every selector names a class that occurs nowhere in templates,
// Python or scripts. Tabler is a whole kit of parts, a page of ours needs a tenth of it. A class that is put together
// ("alert-{{ tone }}") keeps all that begin alike; rules without classes stay.
const WORD = /[A-Za-z_][\w-]*/g;
const PUT_TOGETHER = /([A-Za-z_][\w-]*-)(?:\{\{|\{%|\$\{|["'`]\s*\+|%s|\{[a-z])/g;
const CLASS = /\.(-?[A-Za-z_](?:[\w-]|\\.)*)/g;

export function vocabulary(texts) {
  const words = new Set();
  const beginnings = new Set();
  for (const text of texts) {
    for (const [word] of text.matchAll(WORD)) words.add(word);
    for (const [, beginning] of text.matchAll(PUT_TOGETHER)) beginnings.add(beginning);
  }
  return (name) => words.has(name) || [...beginnings].some((beginning) => name.startsWith(beginning));
}

// Selectors of a list, split at the commas outside of brackets and strings.
function selectors(list) {
  const found = [];
  let depth = 0;
  let quote = "";
  let from = 0;
  for (let at = 0; at < list.length; at++) {
    const letter = list[at];
    if (quote) quote = letter === quote && list[at - 1] !== "\\" ? "" : quote;
    else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === "(" || letter === "[") depth++;
    else if (letter === ")" || letter === "]") depth--;
    else if (letter === "," && depth === 0) {
      found.push(list.slice(from, at));
      from = at + 1;
    }
  }
  return [...found, list.slice(from)];
}

// What :not() and :is() name is no condition for a rule to be of use; a class in front of them is.
const named = (selector) => [...selector.replace(/\[[^\]]*\]/g, "").replace(/:(?:not|is|where|has)\((?:[^()]|\([^()]*\))*\)/g, "").matchAll(CLASS)].map(([, name]) => name.replace(/\\(.)/g, "$1"));

// [prelude, body or null] of each rule and statement of minified CSS without comments.
function* rules(css) {
  let at = 0;
  while (at < css.length) {
    let depth = 0;
    let quote = "";
    let open = -1;
    let end = at;
    for (; end < css.length; end++) {
      const letter = css[end];
      if (quote) quote = letter === quote && css[end - 1] !== "\\" ? "" : quote;
      else if (letter === '"' || letter === "'") quote = letter;
      else if (letter === "{" && depth++ === 0) open = end;
      else if (letter === "}" && --depth === 0) break;
      else if (letter === ";" && depth === 0) break;
    }
    yield open < 0 ? [css.slice(at, end), null] : [css.slice(at, open), css.slice(open + 1, end)];
    at = end + 1;
  }
}

export function purged(css, isUsed) {
  let kept = "";
  for (const [prelude, body] of rules(css)) {
    const head = prelude.trim();
    if (!head) continue;
    if (body === null) kept += `${head};`;
    else if (/^@(media|supports|layer|container)/.test(head)) {
      const inner = purged(body, isUsed);
      if (inner) kept += `${head}{${inner}}`;
    } else if (head.startsWith("@")) kept += `${head}{${body}}`;
    else {
      const used = selectors(head).filter((selector) => named(selector).every(isUsed));
      if (used.length) kept += `${used.join(",")}{${body}}`;
    }
  }
  return kept;
}
