/* The counter. All that is taken goes through a queue in this browser, under a key of its
   own: it is sent once, or again until the server has answered, and posted once. Without a
   network only what this device has leased may leave the shop; everything else waits. */
"use strict";

(() => {
  const root = document.querySelector("[data-till]");
  if (!root) return;
  const words = JSON.parse(document.getElementById("till-words").textContent);
  const part = (name) => document.querySelector(`[data-part=${name}]`);
  const AGAIN_MS = 4000;
  const RENEW_MS = 60000;
  const LEFT = `liuchi:till-left:${root.dataset.shop}`;
  const CARDS_KEPT = 200;
  const ID = /^[0-9a-f-]{36}$/i;
  const PRINTED_LONG_AGO = /\/card\/([0-9a-f-]{36})\/?$/i;
  const isCard = (text) => PRINTED_LONG_AGO.test(text) || Boolean(window.LiuchiCard.read(text));

  let state = { goods: [], people: {}, keys: [], offline_until: "" };
  let cards = {}; // whose card was scanned here while there was a network: card id to person
  let person = null;
  let basket = [];
  let queue = [];
  let online = navigator.onLine;
  let sending = false;

  const say = (text, values = {}) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  const make = (tag, text, className) => {
    const node = document.createElement(tag);
    if (text !== undefined) node.textContent = text;
    if (className) node.className = className;
    return node;
  };

  const { NoNetwork, all, device, drop, newKey, put, send: sendTo } = window.LiuchiTill;

  /* What stands on the screen, for a reload without a network; names are masked. */
  function keepScreen() {
    const shown = person && { ...person, name: person.masked };
    return put("kept", { name: root.dataset.shop, state, person: shown, basket, cards }).catch(() => {});
  }

  /* -- asking the server ------------------------------------------------------------- */
  async function ask(step, values = {}) {
    const waiting = queue.map((each) => each.person).filter((each) => ID.test(each));
    const keep = [...new Set(waiting)].join(",");
    try {
      const answer = await sendTo(root.dataset.url, { step, keep, ...values });
      setOnline(true);
      if (answer.page) return { refused: answer.page === 404 ? words.none : words.signIn, hard: answer.page !== 404 };
      return answer;
    } catch (error) {
      if (error instanceof NoNetwork) setOnline(false);
      throw error;
    }
  }

  function setOnline(now) {
    const changed = online !== now;
    online = now;
    showNet();
    if (changed) show();
  }

  async function renew() {
    try {
      const answer = await ask("state");
      if (answer.refused) {
        if (answer.hard) tell(answer.refused, "bad");
        return;
      }
      localStorage.removeItem(LEFT);
      state = answer;
      if (person && person.balance !== null && !(person.id in state.people)) {
        await stand(person.id);
      }
      await keepScreen();
      show();
      await send();
    } catch (error) {
      if (!(error instanceof NoNetwork)) throw error;
    }
  }

  /* -- who stands here --------------------------------------------------------------- */
  async function look(text) {
    try {
      const answer = await ask("person", { text });
      if (answer.refused) return tell(answer.refused, "bad");
      if (answer.person) {
        remember(text, answer.person.id);
        return setPerson(answer.person);
      }
      if (!answer.people.length) return tell(words.none, "warn");
      showFound(answer.people);
    } catch (error) {
      if (!(error instanceof NoNetwork)) throw error;
      if (!isCard(text)) return tell(words.scanOnly, "warn");
      const id = await holder(text);
      if (!id) return tell(words.notGenuine, "bad");
      setPerson({ id, name: words.card, masked: words.card, household: "", balance: null, held: 0 });
    }
    return undefined;
  }

  function remember(text, id) {
    const token = window.LiuchiCard.read(text);
    if (token) cards = Object.fromEntries([...Object.entries(cards), [token.card, id]].slice(-CARDS_KEPT));
  }

  /* Whose card it is, without a network: the person where the card was seen here before, else
     the card itself, for the server to say later. Null for a card that was not signed here. */
  async function holder(text) {
    const token = window.LiuchiCard.read(text);
    if (!token) return text.match(PRINTED_LONG_AGO)[1].toLowerCase();
    if (window.isSecureContext && !await window.LiuchiCard.isSigned(state.keys || [], token.key, token.body, token.signature)) return null;
    return cards[token.card] || token.text;
  }

  async function stand(id) {
    const answer = await ask("person", { text: id });
    if (answer.person && person && person.id === id) person = answer.person;
  }

  function setPerson(found) {
    person = found;
    if (person.balance !== null) state.people[person.id] = person.held;
    part("found").hidden = true;
    tell("");
    keepScreen();
    show();
    part("input").focus();
  }

  /* -- goods ------------------------------------------------------------------------- */
  function goodsFor(text) {
    const wanted = text.toLowerCase();
    const exact = state.goods.find(
      (each) => each.code === wanted || (each.barcode && each.barcode.toLowerCase() === wanted),
    );
    if (exact || !person) return exact;
    return state.goods.find(
      (each) => each.title.toLowerCase().includes(wanted) || each.initials.startsWith(wanted),
    );
  }

  /* Pieces that may still be put in: on the shelf, or without a network in the lease. */
  function free(goods) {
    return online ? goods.stock : goods.leased;
  }

  function add(goods, count = 1) {
    const line = basket.find((each) => each.id === goods.id);
    const now = line ? line.quantity : 0;
    if (line) line.quantity = Math.min(99, now + count);
    else if (count > 0) basket.push({ id: goods.id, title: goods.title, price: goods.price, quantity: count });
    basket = basket.filter((each) => each.quantity > 0);
    keepScreen();
    show();
  }

  const total = () => basket.reduce((sum, line) => sum + line.price * line.quantity, 0);

  /* -- taking ------------------------------------------------------------------------ */
  function mayHandOver() {
    if (localStorage.getItem(LEFT) || !(new Date(state.offline_until) > new Date())) return false;
    if ((state.people[person.id] || 0) < total()) return false;
    return basket.every((line) => {
      const goods = state.goods.find((each) => each.id === line.id);
      return goods && goods.leased >= line.quantity;
    });
  }

  async function take(secret) {
    if (!person || !basket.length || sending) return;
    sending = true;
    const intent = {
      key: newKey(),
      shop: root.dataset.shop,
      person: person.id,
      who: person.masked,
      lines: basket.map((line) => [line.id, line.quantity, line.price]),
      taken_at: new Date().toISOString(),
      later: false,
      handed_over: false,
    };
    try {
      await put("queue", intent);
      queue.push(intent);
      await takeNow(intent, secret);
    } finally {
      sending = false;
      show();
    }
  }

  async function takeNow(intent, secret) {
    try {
      const answer = await ask("redeem", { ...asked(intent), secret });
      await forget(intent);
      if (answer.refused) return tell(answer.refused, "bad");
      done(answer, intent);
      await renewQuietly();
    } catch (error) {
      if (!(error instanceof NoNetwork)) throw error;
      await waitFor(intent);
    }
    return undefined;
  }

  /* No answer: it may have arrived or not. The same key goes again; what the lease covers
     may leave the shop meanwhile. */
  async function waitFor(intent) {
    intent.later = true;
    intent.handed_over = mayHandOver();
    if (intent.handed_over) {
      state.people[person.id] -= total();
      for (const line of basket) {
        const goods = state.goods.find((each) => each.id === line.id);
        goods.leased -= line.quantity;
        goods.stock -= line.quantity;
      }
    }
    await put("queue", intent);
    const handed = intent.handed_over;
    clear();
    tell(handed ? words.handOver : words.pending, handed ? "good" : "warn");
  }

  function asked(intent) {
    const values = {
      key: intent.key,
      person: intent.person,
      lines: JSON.stringify(intent.lines),
      taken_at: intent.taken_at,
    };
    if (intent.later) values.later = "yes";
    if (intent.handed_over) values.handed_over = "yes";
    return values;
  }

  async function forget(intent) {
    await drop("queue", intent.key);
    queue = queue.filter((each) => each.key !== intent.key);
  }

  async function renewQuietly() {
    const answer = await ask("state").catch(() => null);
    if (answer && !answer.refused) state = answer;
    await keepScreen();
  }

  /* Sends what waits, one after the other; what has been answered is forgotten here. */
  async function send() {
    if (sending) return;
    sending = true;
    try {
      for (const intent of queue.filter((each) => each.shop === root.dataset.shop)) {
        if (!intent.later) {
          intent.later = true; // left over from a page that was closed while it waited
          await put("queue", intent);
        }
        const answer = await ask("redeem", asked(intent));
        if (answer.hard) {
          tell(answer.refused, "bad");
          return;
        }
        await forget(intent);
        if (answer.refused || answer.state === "refused") tell(say(words.refused, { who: intent.who }), "bad");
        else if (intent.handed_over) tell(say(words.synced, { who: intent.who, n: answer.number }));
        else tell(say(words.confirmed, { who: intent.who }), "good", answer);
      }
    } catch (error) {
      if (!(error instanceof NoNetwork)) throw error;
    } finally {
      sending = false;
      show();
    }
  }

  function done(answer) {
    clear();
    const text = `${words.done} · ${say(words.receipt, { n: answer.number })} · ${say(words.points, { n: answer.points })}`;
    tell(answer.signature ? `${text}。${words.sign}` : text, "good", answer);
  }

  function clear() {
    person = null;
    basket = [];
    part("secret").value = "";
    keepScreen();
    show();
    part("input").focus();
  }

  /* -- showing ----------------------------------------------------------------------- */
  function tell(text, how = "", receipt = null) {
    const said = part("said");
    said.className = `l-till-said${how ? ` is-${how}` : ""}`;
    said.textContent = text;
    if (!receipt) return;
    for (const [word, paper] of [[words.roll, "?paper=roll"], [words.print, ""]]) {
      const link = make("a", word);
      link.href = receipt.print + paper;
      link.target = "_blank";
      link.rel = "noopener";
      said.append(link);
    }
  }

  function showNet() {
    const net = part("net");
    net.textContent = online ? words.online : words.offline;
    net.classList.toggle("is-off", !online);
  }

  function showFound(people) {
    const list = part("found");
    list.replaceChildren(...people.map((each) => {
      const row = make("li", undefined, "l-till-found");
      const button = make("button");
      button.type = "button";
      button.append(make("strong", each.name), make("small", each.household));
      button.addEventListener("click", () => look(each.id));
      row.append(button);
      return row;
    }));
    list.hidden = false;
    list.querySelector("button").focus();
  }

  function showPerson() {
    const box = part("person");
    box.replaceChildren();
    if (!person) {
      box.append(make("span", words.first));
      return;
    }
    const who = make("div");
    who.append(make("strong", person.name), make("small", person.household));
    const have = make("div");
    have.append(make("span", person.balance === null ? words.unknown : say(words.balance, { n: person.balance }), "l-points"));
    if (!online && person.balance !== null) have.append(make("small", say(words.heldHere, { n: state.people[person.id] || 0 })));
    const other = make("button", words.other, "btn");
    other.type = "button";
    other.addEventListener("click", clear);
    box.append(who, have, other);
    if (online && person.has_pin === false) {
      const link = make("a", words.setPin);
      link.href = root.dataset.pin.replace("00000000-0000-0000-0000-000000000000", person.id);
      box.append(link);
    }
  }

  function showLines() {
    const rows = basket.map((line) => {
      const row = make("li");
      const less = make("button", "−");
      const more = make("button", "+");
      for (const [button, word, count] of [[less, words.less, -1], [more, words.more, 1]]) {
        button.type = "button";
        button.setAttribute("aria-label", `${line.title} ${word}`);
        button.addEventListener("click", () => add(line, count));
      }
      row.append(make("span", line.title), less, make("b", String(line.quantity)), more, make("span", say(words.points, { n: line.price * line.quantity }), "l-points"));
      return row;
    });
    part("lines").replaceChildren(...(rows.length ? rows : [make("li", words.empty, "is-empty")]));
    part("total").textContent = say(words.total, { n: total() });
    const rest = part("rest");
    const left = person && person.balance !== null ? person.balance - total() : null;
    rest.textContent = left === null ? "" : left < 0 ? say(words.short, { n: -left }) : say(words.left, { n: left });
    rest.classList.toggle("is-bad", left !== null && left < 0);
  }

  function showGoods() {
    part("goods").replaceChildren(...state.goods.map((each) => {
      const row = make("li");
      const button = make("button");
      button.type = "button";
      button.dataset.code = each.code;
      if (each.photo && online) {
        const photo = make("img");
        photo.src = each.photo;
        photo.alt = "";
        photo.loading = "lazy";
        button.append(photo);
      }
      const pieces = free(each);
      button.disabled = pieces < 1;
      button.append(make("strong", each.title), make("b", say(words.points, { n: each.price })));
      button.append(make("small", `${each.code} · ${pieces < 1 ? words.gone : say(online ? words.stock : words.leased, { n: pieces })}`));
      button.addEventListener("click", () => add(each));
      row.append(button);
      return row;
    }));
  }

  function show() {
    const mine = queue.filter((each) => each.shop === root.dataset.shop).length;
    if (mine) part("queue").textContent = say(words.waiting, { n: mine });
    else if (part("queue").dataset.usual) part("queue").textContent = part("queue").dataset.usual;
    document.querySelector(".l-till-queue").classList.toggle("is-waiting", mine > 0);
    showNet();
    showPerson();
    showLines();
    showGoods();
    const ready = Boolean(person && basket.length);
    part("confirm").hidden = !ready;
    part("secret").disabled = !online;
    part("confirm").querySelector("[data-action=secret]").disabled = !online;
  }

  /* -- keys, scanner, network -------------------------------------------------------- */
  part("scan").addEventListener("submit", (event) => {
    event.preventDefault();
    const input = part("input");
    const text = input.value.trim();
    input.value = "";
    if (!text) {
      if (person && basket.length) (online ? part("secret") : part("confirm").querySelector("[data-action=sign]")).focus();
      return;
    }
    const many = text.match(/^(\d{1,2})\s*[*x×]\s*(.+)$/i);
    const goods = goodsFor(many ? many[2].trim() : text);
    if (goods && free(goods) > 0) {
      tell("");
      add(goods, many ? Number(many[1]) : 1);
    } else if (goods) tell(words.gone, "warn");
    else if (person && !isCard(text)) tell(words.noGoods, "warn");
    else look(text);
  });
  part("confirm").addEventListener("submit", (event) => {
    event.preventDefault();
    const secret = part("secret").value.trim();
    part("secret").value = "";
    if (secret) take(secret);
    else part("secret").focus();
  });
  part("confirm").querySelector("[data-action=sign]").addEventListener("click", () => take(""));
  document.addEventListener("keydown", (event) => {
    if (event.key === "F4") {
      event.preventDefault();
      if (!part("confirm").hidden) take("");
    } else if (event.key === "Escape") {
      part("found").hidden = true;
      part("input").focus();
    }
  });
  window.addEventListener("online", renew);
  window.addEventListener("offline", () => setOnline(false));
  /* Put away: what is leased goes back, unless something still waits to be sent. */
  window.addEventListener("pagehide", () => {
    if (queue.length || !online) return;
    const body = new FormData();
    body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    body.set("step", "leave");
    body.set("device", device());
    localStorage.setItem(LEFT, "yes");
    navigator.sendBeacon(root.dataset.url, body);
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) renew(); });

  async function begin() {
    part("queue").dataset.usual = part("queue").textContent;
    queue = await all("queue");
    const kept = (await all("kept")).find((each) => each.name === root.dataset.shop);
    if (kept) {
      ({ state, person, basket } = kept);
      cards = kept.cards || {};
      if (localStorage.getItem(LEFT)) {
        for (const each of state.goods) each.leased = 0;
        state.people = {};
      }
    }
    show();
    await renew();
    setInterval(() => { if (!document.hidden) renew(); }, RENEW_MS);
    setInterval(() => { if (!online || queue.length) renew(); }, AGAIN_MS);
    root.dataset.ready = "yes";
  }
  begin();
})();
