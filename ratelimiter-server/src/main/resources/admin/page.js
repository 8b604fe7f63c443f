/** The page for administrators. It shows what the routes of /v1/admin answer. */

import { Abandoned, Failure, read, send, token } from "./service.js";
import { element, error, line, say, show, table, time, warn } from "./view.js";

const RULES_OF_A_PAGE = 200;
const ROWS = 25;

/** What has data, and is emptied when the token is forgotten. */
const PLACES = ["rules", "rules-error", "switch-error", "explanation", "top-minute", "top-hour"].concat(
  ["lists", "users", "versions", "difference", "audit"],
);

const at = (id) => document.getElementById(id);

let rules = [];
let rulesVersion;
let paused = false;
let timer;

// --- what is read once, and when the rules change ------------------------------------------------

/** Without the rules, their counts are still shown, and the next refresh tries again. */
async function loadRules() {
  const version = rulesVersion;
  rulesVersion = undefined;
  const all = [];
  for (let page = 1, total = 1; all.length < total; page++) {
    const answer = await read(`/v1/admin/rules?limit=${RULES_OF_A_PAGE}&page=${page}`);
    all.push(...answer.rules);
    total = answer.rules.length === 0 ? all.length : answer.total;
  }
  rules = all;
  rulesVersion = version;
  say("rules-error", "");
}

async function loadLists() {
  const lists = await read("/v1/admin/lists");
  const columns = [
    { title: "Client", of: (each) => each.user ?? each["api-key"] ?? each.address },
    { title: "Reason", of: (each) => each.reason },
    { title: "Author", of: (each) => each.author },
    { title: "Until", of: (each) => time(each.until) },
  ];
  show(
    "lists",
    table("Always allowed", columns, lists.allow, "no clients."),
    table("Always denied", columns, lists.deny, "no clients."),
  );
}

async function loadUsers() {
  const answer = await read(`/v1/admin/users?limit=${ROWS}`).catch((e) => {
    if (e.status === 404) {
      return null;
    }
    throw e;
  });
  at("users-section").hidden = answer === null;
  if (answer !== null) {
    const columns = [
      { title: "User", of: (each) => each.user_id },
      { title: "Tier", of: (each) => each.tier },
      { title: "Limits of his own", of: (each) => line(each.limits) },
      { title: "Changed", of: (each) => time(each.updated_at) },
    ];
    show("users", table(`The first ${ROWS} of ${answer.total}`, columns, answer.users, "none."));
  }
}

async function loadVersions() {
  const { versions } = await read(`/v1/admin/versions?limit=${ROWS}`);
  const before = new Map(versions.map((each, i) => [each.version, versions[i + 1]?.version]));
  const columns = [
    { title: "Version", of: (each) => each.version },
    { title: "Time", of: (each) => time(each.created_at) },
    { title: "Author", of: (each) => each.author },
    { title: "Changes", of: (each) => changesButton(before.get(each.version), each.version) },
  ];
  show("versions", table(`The last ${ROWS} versions`, columns, versions, "none."));
  show("difference");
}

function changesButton(from, to) {
  if (from === undefined) {
    return "";
  }
  const label = `What changed in version ${to}`;
  const button = element("button", { type: "button", "aria-label": label }, "What changed");
  button.addEventListener("click", () => shown("difference", () => showChanges(from, to)));
  return button;
}

async function showChanges(from, to) {
  const { changes } = await read(`/v1/admin/diff?from=${from}&to=${to}`);
  const text = changes.length === 0 ? "Nothing in the rules." : changes.join("\n");
  show("difference", element("p", { class: "text" }, `From ${from} to ${to}:\n${text}`));
}

async function loadAudit() {
  const { entries } = await read(`/v1/admin/audit?limit=${ROWS}`);
  const columns = [
    { title: "Time", of: (each) => time(each.time) },
    { title: "Author", of: (each) => each.author },
    { title: "Event", of: (each) => each.event },
    { title: "Of", of: (each) => each.rule_id ?? each.user_id },
    { title: "Before", of: (each) => line(each.before) },
    { title: "After", of: (each) => line(each.after) },
  ];
  show("audit", table(`The last ${ROWS} changes`, columns, entries, "none."));
}

/** Loads a part. Its failure is told in its place, and does not stop the others. */
async function shown(place, load) {
  try {
    await load();
  } catch (e) {
    failed(e, place);
  }
}

function loadAll() {
  return Promise.all([
    shown("rules-error", loadRules),
    shown("lists", loadLists),
    shown("users", loadUsers),
    shown("versions", loadVersions),
    shown("audit", loadAudit),
  ]);
}

// --- what is read every few seconds --------------------------------------------------------------

function showRules(traffic) {
  const counts = new Map(traffic.rules.map((each) => [each.rule, each]));
  const count = (rule, name) => counts.get(rule.rule_id)?.[name] ?? "";
  const columns = [
    { title: "Rule", of: (each) => each.rule_id },
    { title: "Name", of: (each) => each.name ?? (each.is_default ? "the default" : "") },
    { title: "State", of: (each) => each.state },
    { title: "Action", of: (each) => each.action },
    { title: "Key", of: (each) => line(each.key) },
    { title: "Limits", of: (each) => line(each.limits) },
    { title: "Allowed", number: true, of: (each) => count(each, "allowed") },
    { title: "Refused", number: true, of: (each) => count(each, "refused") },
  ];
  const caption = `Version ${traffic.rules_version}, with the counts of this instance in the last minute`;
  const rows = rules.length > 0 ? rules : traffic.rules.map(({ rule }) => ({ rule_id: rule }));
  keepFocus("rules", table(caption, columns, rows, "no rules."));
}

function showTop(place, caption, keys) {
  const columns = [
    { title: "Key", of: (each) => each.key },
    { title: "Rule", of: (each) => each.rule },
    { title: "Refusals", number: true, of: refusals },
  ];
  keepFocus(place, table(caption, columns, keys, "nothing was refused."));
}

/** The count is never too low, and too high by at most the error. */
function refusals({ refusals: most, error: by }) {
  return by === 0 ? most : `${most - by} to ${most}`;
}

/** A table that scrolls can have the focus, and a new one keeps it. */
function keepFocus(place, shownNow) {
  const old = at(place).firstElementChild;
  const had = old !== null && old === document.activeElement;
  const left = old?.scrollLeft ?? 0;
  show(place, shownNow);
  shownNow.scrollLeft = left;
  if (had) {
    shownNow.focus();
  }
}

async function refresh() {
  const [traffic, minute, hour, shadow] = await Promise.all([
    read("/v1/admin/traffic"),
    read("/v1/admin/top?window=minute"),
    read("/v1/admin/top?window=hour"),
    read("/v1/admin/shadow"),
  ]);
  if (traffic.rules_version !== rulesVersion) {
    rulesVersion = traffic.rules_version;
    await loadAll();
  }
  if (!token.get()) {
    throw new Abandoned();
  }
  showRules(traffic);
  showTop("top-minute", "In the last minute", minute.keys);
  showTop("top-hour", "In the last hour", hour.keys);
  showSwitch(shadow.shadowed);
  const health = await read("/health");
  const why = health.reason ? `: ${health.reason}` : "";
  say("health", `Version ${health.version}, ${health.status}${why}`);
  at("entry").hidden = true;
  at("content").hidden = false;
  warn("");
}

/** Refreshes now, and again after a while as long as somebody can see it. */
async function run() {
  clearTimeout(timer);
  if (!token.get()) {
    return;
  }
  try {
    await refresh();
  } catch (e) {
    failed(e);
  }
  clearTimeout(timer);
  if (token.get() && !paused && !document.hidden) {
    timer = setTimeout(run, Number(document.body.dataset.refreshSeconds) * 1000);
  }
}

// --- failures, and the token ---------------------------------------------------------------------

function failed(e, place) {
  if (e instanceof Abandoned) {
    return;
  }
  if (!(e instanceof Failure)) {
    throw e;
  }
  if (e.status === 401) {
    forget();
    warn(e.message);
  } else if (place === undefined || e.status === 0 || e.status === 429) {
    warn(e.message);
  } else {
    show(place, error(e.message));
  }
}

function forget() {
  token.forget();
  clearTimeout(timer);
  rules = [];
  rulesVersion = undefined;
  for (const place of PLACES) {
    show(place);
  }
  at("content").hidden = true;
  at("entry").hidden = false;
  at("token").focus();
}

at("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  token.set(at("token").value.trim());
  at("token").value = "";
  warn("");
  run();
});

at("forget").addEventListener("click", () => {
  forget();
  warn("");
});

at("reload").addEventListener("click", () => {
  rulesVersion = undefined;
  run();
});

at("pause").addEventListener("click", () => {
  paused = !paused;
  at("pause").setAttribute("aria-pressed", String(paused));
  clearTimeout(timer);
  if (!paused) {
    run();
  }
});

document.addEventListener("visibilitychange", () => {
  clearTimeout(timer);
  if (!document.hidden && !paused) {
    run();
  }
});

// --- explanations --------------------------------------------------------------------------------

at("explain-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const request = {};
  for (const [name, value] of new FormData(event.target)) {
    if (value !== "") {
      request[name] = name === "cost" ? Number(value) : value;
    }
  }
  shown("explanation", async () => {
    const answer = await send("/v1/ratelimit/explain", request);
    show(
      "explanation",
      element("p", {}, element("strong", {}, answer.allowed ? "Allowed" : "Refused")),
      element("p", { class: "text" }, answer.explanation),
    );
  });
});

// --- the switch ----------------------------------------------------------------------------------

function showSwitch(shadowed) {
  say(
    "switch-state",
    shadowed
      ? "All rules are in shadow in this instance: everything is counted, and nothing is refused."
      : "The rules are enforced.",
  );
  at("switch-on").hidden = shadowed;
  at("switch-off").hidden = !shadowed;
}

function ask(shadowed) {
  say("confirm-title", shadowed ? "Stop all refusals?" : "Enforce the rules again?");
  say(
    "confirm-text",
    shadowed
      ? "All rules go into shadow. Every request is allowed, also those of denied clients, until you enforce the rules again."
      : "Requests are refused again, as the rules say. An instance that was switched alone must be switched back alone.",
  );
  show("switch-error");
  at("confirm-form").dataset.shadowed = String(shadowed);
  at("scope").value = "";
  at("confirm").showModal();
  at("cancel").focus();
}

at("switch-on").addEventListener("click", () => ask(true));
at("switch-off").addEventListener("click", () => ask(false));
at("cancel").addEventListener("click", () => at("confirm").close());

at("confirm-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = { shadowed: event.target.dataset.shadowed === "true" };
  if (at("scope").value) {
    body.scope = at("scope").value;
  }
  at("confirm").close();
  try {
    await send("/v1/admin/shadow", body);
    // The instance follows the database within a second.
    showSwitch(body.shadowed);
    clearTimeout(timer);
    timer = setTimeout(run, 1000);
  } catch (e) {
    failed(e, "switch-error");
  }
});

run();
