"use strict";
(() => {
  const mostNews = 100;
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const link = byId("link"), list = byId("runs"), news = byId("findings"), filter = byId("filter"), report = byId("report"), form = byId("sign-in");
  const runs = new Map();
  const items = new Map();
  const told = new Set();
  const asked = decodeURIComponent(location.hash.slice(1));
  const isToken = asked.startsWith("token=");
  let life = "", totals = null, chosen = (!isToken && asked) || null;

  // Names come from strangers' logs: they are only ever text.
  const element = (tag, className, text) => {
    const node = document.createElement(tag);
    node.className = className;
    node.textContent = text ?? "";
    return node;
  };
  const write = (node, text) => { if (node.textContent !== text) { node.textContent = text; } };
  const digits = (value) => typeof value === "number" ? String(Number(value.toPrecision(4))) : String(value);

  // Theme: the system's until someone chooses; the choice holds for the reports too, here and in files.
  const themeKey = "traindoctor-theme";
  const theme = byId("theme");
  const words = { dark: theme.textContent, light: theme.dataset.light };
  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const showTheme = (name) => {
    if (name === "dark" || name === "light") { root.dataset.theme = name; }
    write(theme, isDark() ? words.light : words.dark);
  };
  theme.addEventListener("click", () => {
    const next = isDark() ? "light" : "dark";
    try { localStorage.setItem(themeKey, next); } catch { /* A browser that keeps nothing still changes this page. */ }
    showTheme(next);
  });
  addEventListener("storage", (event) => { if (event.key === themeKey) { showTheme(event.newValue); } });
  try { showTheme(localStorage.getItem(themeKey)); } catch { showTheme(); }

  // The list of runs: those that go on or ended lately, and below them those that ended long ago.
  const longAgo = 3600;
  const svg = (name, attributes) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [attribute, value] of Object.entries(attributes)) { node.setAttribute(attribute, value); }
    return node;
  };
  const secondsSince = (run) => Math.max(0, (Date.now() - Date.parse(run.updatedAt)) / 1000);
  const isOld = (run) => run.ended && secondsSince(run) > longAgo;
  const span = (seconds) => seconds < 60 ? `${Math.round(seconds)} s` : seconds < 3600 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
  const clock = (time) => {
    const date = new Date(time);
    const day = date.toDateString() === new Date().toDateString() ? "" : `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")} `;
    return day + [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
  };
  const progress = (run) => [
    run.startedAt === null ? "" : `began ${clock(run.startedAt)}`,
    run.plannedSteps === null || run.step === null ? "" : `${Math.min(100, Math.floor(100 * (run.step + 1) / run.plannedSteps))} % of ${run.plannedSteps.toLocaleString("en")} steps`,
    run.ended || run.secondsLeft === null ? "" : `about ${span(Math.max(0, run.secondsLeft - secondsSince(run)))} left`,
  ].filter((part) => part).join(" · ");
  const rank = { ill: 0, warning: 1 };
  const order = (a, b) => a.ended - b.ended || (rank[a.verdict] ?? 2) - (rank[b.verdict] ?? 2) || a.order - b.order;
  const age = (run) => {
    const seconds = secondsSince(run);
    return run.ended ? `ended ${clock(run.updatedAt)}` : seconds < 3 ? "live" : seconds < 60 ? `${Math.floor(seconds)} s ago` : seconds < 3600 ? `${Math.floor(seconds / 60)} min ago` : `${Math.floor(seconds / 3600)} h ago`;
  };
  const create = (id) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    const parts = { item, button, name: element("span", "name"), state: element("span", "state"), figures: element("span", "figures"), progress: element("span", "progress"), worst: element("span", "worst"),
      spark: svg("svg", { class: "spark", viewBox: "0 0 120 26", preserveAspectRatio: "none", "aria-hidden": "true" }), curve: svg("path", { d: "" }), onset: svg("path", { d: "", class: "onset" }) };
    parts.spark.append(parts.onset, parts.curve);
    button.append(parts.name, parts.state, parts.spark, parts.figures, parts.progress, parts.worst);
    button.addEventListener("click", () => choose(id));
    item.append(button);
    items.set(id, parts);
    return parts;
  };
  const draw = () => {
    const wanted = filter.value.trim().toLowerCase();
    const shown = [...runs.values()].filter((run) => run.name.toLowerCase().includes(wanted)).sort(order);
    for (const [place, part] of [[list, shown.filter((run) => !isOld(run))], [byId("ended"), shown.filter(isOld)]]) { fill(place, part); }
    byId("old").hidden = byId("ended").children.length === 0;
    write(byId("summary"), runs.size === 0 || totals === null ? "" : `${totals.runs} runs, ${totals.ill} ill${totals.secondsLost < 60 ? "" : `, ${span(totals.secondsLost)} lost to illness`}`);
    byId("empty").hidden = runs.size > 0 || !form.hidden;
  };
  const fill = (place, shown) => {
    shown.forEach((run, index) => {
      const parts = items.get(run.id) ?? create(run.id);
      parts.button.className = run.verdict;
      parts.button.setAttribute("aria-current", String(run.id === chosen));
      write(parts.name, run.name || "(no name)");
      write(parts.state, age(run));
      write(parts.figures, [run.step === null ? "" : `step ${run.step}`, run.loss === null ? "" : `loss ${digits(run.loss)}`, run.validationLoss === null ? "" : `validation ${digits(run.validationLoss)}`]
        .filter((part) => part).join(" · "));
      write(parts.progress, progress(run));
      write(parts.worst, run.primary === null ? run.headline : `${run.primary} ${run.headline}`);
      parts.spark.style.display = run.curve === null ? "none" : "";
      parts.curve.setAttribute("d", run.curve ?? "");
      parts.onset.setAttribute("d", run.onset === null ? "" : `M${run.onset} 0V26`);
      // Only what is out of place is moved: the focus stays where it is.
      if (place.children[index] !== parts.item) { place.insertBefore(parts.item, place.children[index] ?? null); }
    });
    while (place.children.length > shown.length) { place.lastElementChild.remove(); }
  };

  // Logs that cannot be read, and why.
  const lose = (unread) => {
    byId("lost").hidden = unread.length === 0;
    const told = JSON.stringify(unread);
    if (byId("unread").dataset.told === told) { return; }
    byId("unread").dataset.told = told;
    byId("unread").replaceChildren(...unread.map((log) => {
      const item = element("li", "");
      item.append(element("b", "name", log.path), element("span", "worst", log.error.startsWith(`${log.path}: `) ? log.error.slice(log.path.length + 2) : log.error));
      return item;
    }));
  };

  // Findings as they open.
  const tell = (run, isFirst) => {
    for (const finding of run.findings) {
      const key = `${run.id} ${finding.ruleId} ${finding.severity}`;
      if (told.has(key)) { continue; }
      told.add(key);
      const item = element("li", finding.severity);
      // When a finding opened is known where it came while this page was open.
      const when = [isFirst ? "" : clock(Date.now()), finding.firstStep === null ? "" : `step ${finding.firstStep.toLocaleString("en")}`].filter((part) => part).join(" · ");
      item.append(element("b", "", finding.severity), document.createTextNode(`${run.name}: ${finding.ruleId} ${finding.title} `), element("small", "", when));
      news.prepend(item);
      while (news.children.length > mostNews) { news.lastElementChild.remove(); }
    }
    byId("news").hidden = news.children.length === 0;
  };

  // The view: the report of the chosen run, or its comparison with one that works.
  const tabs = { report: byId("tab-report"), compare: byId("tab-compare"), table: byId("tab-table") };
  const good = byId("good");
  const firstHint = byId("hint").textContent;
  let view = "report";
  const offer = () => {
    const others = [...runs.values()].filter((run) => run.id !== chosen).sort((a, b) => (rank[b.verdict] ?? 2) - (rank[a.verdict] ?? 2) || a.order - b.order);
    if (others.map((run) => run.id).join() !== [...good.options].map((option) => option.value).join()) {
      const kept = good.value;
      good.replaceChildren(...others.map((run) => new Option(run.name || "(no name)", run.id)));
      if (others.some((run) => run.id === kept)) { good.value = kept; }
    }
    byId("good-label").hidden = view !== "compare" || others.length === 0;
  };
  const show = (name) => {
    view = name;
    for (const [other, tab] of Object.entries(tabs)) { tab.setAttribute("aria-selected", String(other === name)); }
    report.setAttribute("aria-labelledby", tabs[name].id);
    offer();
    load();
  };
  // What is shown: its address, and by what it is known whether there is a newer one.
  const wanted = (run) => {
    if (view === "report") { return { address: `/runs/${encodeURIComponent(run.id)}`, key: `${life} ${run.id} ${run.version}` }; }
    if (view === "table") { return { address: "/runs", key: `${life} table ${Math.max(...[...runs.values()].map((known) => known.version))} ${byId("unread").dataset.told}` }; }
    const other = runs.get(good.value);
    return other === undefined ? null : { address: `/runs/${encodeURIComponent(other.id)}/against/${encodeURIComponent(run.id)}`, key: `${life} ${other.id} ${other.version} ${run.id} ${run.version}` };
  };

  // The report of the chosen run: the next one is loaded behind the present one and takes its place, where the reader is.
  let shown = null, next = null, shownKey = "", refusedKey = "", refusal = "";
  const place = (frame) => {
    const page = frame.contentDocument.documentElement;
    return { top: page.scrollTop, charts: frame.contentWindow.chartView?.keep(), open: [...page.querySelectorAll("details")].map((details) => details.open) };
  };
  const restore = (frame, was) => {
    const page = frame.contentDocument.documentElement;
    if (was.charts) { frame.contentWindow.chartView?.restore(was.charts); }
    [...page.querySelectorAll("details")].forEach((details, index) => { details.open = was.open[index] ?? details.open; });
    page.style.scrollBehavior = "auto";
    page.scrollTop = was.top;
  };
  const isBusy = (frame) => {
    const selection = frame.contentWindow.getSelection();
    return (selection !== null && !selection.isCollapsed) || frame.contentDocument.querySelector(".plot:hover, .canvas:hover, input:focus, select:focus, button:active") !== null;
  };
  const sentence = (answer) => { try { return JSON.parse(answer).error; } catch { return answer; } };
  const load = () => {
    const run = runs.get(chosen);
    const target = run === undefined ? null : wanted(run);
    byId("views").hidden = run === undefined;
    byId("hint").hidden = target !== null || !form.hidden;
    write(byId("hint"), run === undefined ? firstHint : "There is no other run to compare with yet.");
    report.hidden = target === null;
    if (target === null) { return; }
    const { address, key } = target;
    const isSameRun = shown !== null && shown.dataset.address === address;
    if (key === refusedKey) { byId("hint").hidden = false; report.hidden = true; write(byId("hint"), refusal); return; }
    if (key === shownKey || next !== null || document.hidden || (isSameRun && isBusy(shown))) { return; }
    const frame = document.createElement("iframe");
    frame.title = { report: "Report of the chosen run", compare: "Comparison with a run that works", table: "All runs" }[view];
    frame.className = "next";
    frame.dataset.address = address;
    next = frame;
    frame.addEventListener("load", () => {
      next = null;
      // The page of an error belongs to nobody; the next second tries again.
      if (frame.contentDocument?.getElementById("main") == null) {
        // Two runs that have nothing in common are told so once, until one of them changes.
        if (view === "compare" && frame.contentDocument?.body) { refusedKey = key; refusal = sentence(frame.contentDocument.body.textContent); }
        frame.remove();
        load();
        return;
      }
      if (address !== (runs.has(chosen) ? wanted(runs.get(chosen))?.address : "")) { frame.remove(); load(); return; }
      if (shown !== null) {
        if (shown.dataset.address === address) { restore(frame, place(shown)); }
        shown.remove();
      }
      frame.contentDocument.addEventListener("click", (event) => {
        const address = event.target.closest?.("a[target=_top]");
        if (address) { event.preventDefault(); lead(address.hash); }
      });
      frame.className = "";
      shown = frame;
      shownKey = key;
      load();
    });
    frame.src = address;
    report.append(frame);
  };
  // A row of the table of all runs leads to the report of its run, also to that of the run which is chosen already.
  const lead = (hash) => {
    const id = decodeURIComponent(hash.slice(1));
    if (runs.has(id)) { choose(id); show("report"); }
  };
  const choose = (id) => {
    chosen = id;
    history.replaceState(null, "", `#${encodeURIComponent(id)}`);
    draw();
    offer();
    load();
  };

  // The events. The browser connects again by itself and says what it has seen last.
  const take = (event) => {
    const isNewLife = event.life !== life;
    if (isNewLife || event.isWhole) {
      life = event.life;
      runs.clear();
    }
    for (const run of event.runs) {
      runs.set(run.id, run);
      tell(run, event.isWhole || isNewLife);
    }
    totals = event.totals;
    lose(event.unread);
    if (runs.size !== event.count) { refresh(); }
    if (chosen === null && runs.size > 0) { choose([...runs.values()].sort(order)[0].id); }
    draw();
    offer();
    load();
  };
  const refresh = async () => {
    // A run has left the board; who is still there is asked.
    const answer = await fetch("/api/v1/runs");
    if (!answer.ok) { return; }
    const here = new Set((await answer.json()).runs.map((run) => run.id));
    for (const id of [...runs.keys()]) { if (!here.has(id)) { runs.delete(id); items.get(id)?.item.remove(); items.delete(id); } }
    draw();
  };
  let source = null;
  const connect = () => {
    source = new EventSource("/api/v1/events");
    source.addEventListener("open", () => { link.className = "live"; write(link, "live"); });
    source.addEventListener("runs", (message) => take(JSON.parse(message.data)));
    source.addEventListener("error", () => {
      link.className = "away";
      write(link, "connection lost, trying again");
      // After an answer that is none a browser gives up; a host that is begun anew must be found again.
      if (source.readyState === EventSource.CLOSED) { setTimeout(connect, 2000); }
    });
  };

  // A host with a token asks for it once; the browser keeps what it gets for it, and no script can read that.
  const open = async () => {
    const answer = await fetch("/api/v1/runs").catch(() => null);
    form.hidden = answer?.status !== 401;
    byId("hint").hidden = !form.hidden;
    if (form.hidden) { connect(); } else { write(link, "locked"); }
    draw();
  };
  const signIn = async (token) => {
    const answer = await fetch("/api/v1/session", { method: "POST", headers: { Authorization: `Bearer ${token}` } }).catch(() => null);
    write(byId("refused"), answer?.ok ? "" : "This is not the token.");
    await open();
  };
  form.addEventListener("submit", (event) => { event.preventDefault(); signIn(byId("token").value); });
  filter.addEventListener("input", draw);
  good.addEventListener("change", load);
  for (const [name, tab] of Object.entries(tabs)) {
    tab.addEventListener("click", () => show(name));
    tab.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") { return; }
      const names = Object.keys(tabs);
      const other = names[(names.indexOf(name) + (event.key === "ArrowRight" ? 1 : names.length - 1)) % names.length];
      tabs[other].focus();
      show(other);
    });
  }
  addEventListener("hashchange", () => lead(location.hash));
  document.addEventListener("visibilitychange", load);
  setInterval(() => { draw(); load(); }, 1000);
  byId("news").hidden = true;
  if (isToken) {
    // Behind the # it never left this browser; nor shall it stay in the history.
    history.replaceState(null, "", "/");
    signIn(asked.slice("token=".length));
  } else {
    open();
  }
})();
