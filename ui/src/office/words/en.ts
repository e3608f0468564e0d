// The words of the office's pages in English; the shape is that of `id.ts`.
import type { Dictionary } from "./id";

const visits = (n: number | string) => (String(n) === "1" ? "1 visit" : `${n} visits`);
const tablets = (n: number) => (n === 1 ? "1 tablet has" : `${n} tablets have`);

export const en: Dictionary = {
  app: "Grebeg Pasar",
  office: "Office",
  nav: {
    label: "Office pages", groupToday: "Today", campaign: "Summary", day: "Day review", open: (n) => `${n} to look at`,
    profile: (name) => `Profile of ${name}`, markets: (n) => (n === 1 ? "1 market" : `${n} markets`), allMarkets: "all markets", skip: "Skip to content",
  },
  common: {
    close: "Close", cancel: "Cancel", retry: "Try again", undo: "Undo", yes: "Yes", no: "No", unknown: "–", today: "Today", yesterday: "yesterday", loading: "Loading…",
    noName: "No name", figures: "See figures", hideFigures: "Hide figures", all: "All", and: "and", help: "Help with keys", print: "Print",
    market: (name) => name,
  },
  signIn: {
    title: "Sign in to the office", sub: "For team leads, admins and viewers.", login: "Log-in", password: "Password", show: "Show the password", hide: "Hide the password",
    button: "Sign in", busy: "Checking…", empty: "Fill in log-in and password.",
    wrong: "Log-in or password is wrong. Type both again.", wait: (s) => `Too many tries. Wait ${s} seconds, then try again.`,
    noCookie: "This address needs https. Ask the admin for the right one.", ended: "The session has ended. Sign in again; what was decided is kept.",
    forgot: "Forgot the password? An admin can set a new one.", wrongRole: "This account is for the tablet, not for the office.",
  },
  profile: {
    title: "Profile", language: "Language", theme: "Screen", light: "Light", dark: "Dark", keys: "Single-letter keys", keysSub: "J, K, A, R and others on the review page", on: "On", off: "Off", signOut: "Sign out",
  },
  line: {
    broken: (time) => `The line is down. What you see is of ${time}.`, sub: "Buttons work again once it is back.", why: "The line is down",
  },
  problem: {
    title: "Could not be loaded yet.", safe: "The data on the server are safe.", code: "Code",
    words: {
      no_line: "The server does not answer. Check the internet connection.", server_busy: "The server is busy. Try again in a moment.", store_failed: "The server has a problem. Tell the admin.",
      disk_full: "The server's disk is full. Tell the admin.", not_allowed: "This page is not for this role.", unknown: "What you look for is not there any more. Load the page again.",
      changed_meanwhile: "This visit has just changed. Look at it again first.", bad_value: "A value is not right yet.", no_chance: "The server has a problem. Tell the admin.",
    },
    other: "Something went wrong. Try again; if it stays, tell the admin the code.",
  },
  fresh: {
    complete: "All tablets have sent", provisional: (n) => `Provisional: ${tablets(n)} not sent today`, provisionalDay: (n) => `Provisional: ${tablets(n)} not sent`,
    title: "Tablets that have not sent", last: (when) => `last ${when}`, asOf: (time) => `data as of ${time}`,
  },
  day: {
    title: (day) => `Review of ${day}`, sub: (n, people) => `${visits(n)} by ${people === 1 ? "1 canvasser" : `${people} canvassers`}`, pick: "Choose a day", pickDay: (day) => `Choose a day, now ${day}`,
    dayOption: (day, n) => `${day} · ${visits(n)}`,
    seen: (n, all) => `${n} of ${all} looked at`, minutes: (n) => `± ${n} min left`, done: "All looked at",
    groups: { exception: "To look at", sample: "Random sample", rest: "No flag" }, seed: (seed) => `seed ${seed}`, seedTitle: "How to draw the sample again",
    seedHelp: "The seed follows from campaign, date and markets, so it is fixed before the day begins. Order of the draw: SHA-256 of the seed, a line feed, and the visit's code in the export; the smallest are drawn. Whoever holds the export can draw it again.",
    seedRun: "Try it:", showRest: (n) => `Show ${visits(n)}`, hideRest: "Hide", noExceptions: "Nothing odd.", list: "Visits of the day",
    steps: (n) => (n === 1 ? "1 step" : `${n} steps`), topics: (n) => (n === 1 ? "1 topic" : `${n} topics`), newTrader: "New trader", withheld: "Name not shown", by: (who) => `recorded by ${who}`,
    toList: "To the list", left: (n) => `${n} left`, next: "Next", previous: "Previous", recorded: "What was recorded", evidence: "Evidence", history: "History of this trader", noHistory: "No other visit yet.",
    outcome: "Outcome", step: "Steps", topic: "Taught", note: "Note", comeBack: "Come back", stage: "Stage", reason: "Reason", noSteps: "No steps", undone: "opened again", noNote: "No note",
    clock: "Tablet clock", clockFine: "right", clockOff: (text) => `off by ${text}`, consent: "Consent", consentYes: (day) => `yes, ${day}`, consentNo: (day) => `no, ${day}`, consentNone: "not asked yet",
    received: "Received", receivedAt: (when) => when, links: "Proof of steps", noProof: "no proof", proof: (text) => text, since: "Gap", sinceHelp: "time since the record before", first: "first of the day",
    who: "By", when: "When", result: "Outcome", state: { belum: "Not reviewed", disetujui: "Approved", dikembalikan: "Returned" }, stateShort: { belum: "", disetujui: "Approved", dikembalikan: "Returned" },
    corrected: "Corrected", correctedBy: (who) => `${who} has corrected this visit`, returnedBefore: (who, why) => `${who}: “${why}”`, waitingFix: "Waiting for the correction", seenMark: "Skipped",
    approve: "Approve", give: "Return", skip: "Skip", approveRest: (n) => `Approve ${n} at once`, restLocked: (n) => `Opens after ${n} more are looked at`, restNone: "All are decided", restWarn: (n) => `${tablets(n)} not sent: late visits open a second round`,
    quick: ["After", ": common reasons"], chooseReason: "Why is it returned?", ownReason: "Write the reason for the canvasser", send: "Send", needWhy: "Write the reason first.", asked: "What is to be checked", reasonHint: "Press 1–9, or choose",
    approved: (name) => `Approved: ${name}`, approvedMany: (n) => `${visits(n)} approved`, returned: (name) => `Returned: ${name}`, undone2: (n) => (n === 1 ? "Verdict taken back" : `${n} verdicts taken back`),
    newVisits: (n) => (n === 1 ? "1 new visit" : `${n} new visits`), load: "Load", none: "No visits today yet.", noneSub: "Visits appear here as soon as tablets send.", noneThen: "No visits on that day.", pickOther: "Look at another day",
    allDone: "This day is reviewed.", allDoneSub: (n) => `${visits(n)} decided.`, position: (n, all) => `Visit ${n} of ${all}`, alreadyJudged: "Already decided",
    timeline: (n, from, to) => `${visits(n)} between ${from} and ${to}`, timelineThis: "this visit",
    flag: {
      terlalu_cepat: (n, min) => (n > 1 ? `${n} visits in ${min === 1 ? "1 minute" : `${min} minutes`}` : "Too fast"), terlalu_cepat_why: "One lesson usually takes 9–25 minutes. They may have been recorded together afterwards.",
      hp_sama: (n) => `Same phone number as ${n === 1 ? "1 other stall" : `${n} other stalls`}`, hp_sama_why: "May be one family, may be the canvasser's own number.",
      urutan: "This step usually comes after another.", langkah_serentak: "All steps of one channel within a minute.", tahap_tanpa_bukti: "This step needs proof, and there is none.",
      catatan_sama: (n) => `The same note was used ${n} times that day.`, dilatih_dua_kali: (day) => `This trader was taught on ${day} already.`, jam_tablet: "The tablet's clock was off; the time is corrected.", bekas_pemegang: "The author does not hold this market any more.",
      nomor_pribadi: "The note may hold an identity or account number, or a code. Ask to remove it.", dua_catatan: "Two people filled in different things.", tanpa_lapak: "The stall number is missing.", tanpa_barang: "The goods are missing.", foto_sama: "Another visit has the same picture.",
      about: (text) => `About: ${text}`,
    },
    keys: {
      title: "Keys", j: "next visit", k: "previous visit", enter: "to the details", a: "approve", r: "return", digits: "choose a reason after R", s: "skip", b: "approve what has no flag", z: "undo the last verdict", esc: "close", help: "this help", off: "Can be switched off in the profile.",
    },
  },
  campaign: {
    title: "Campaign summary", dayOf: (n, all) => `day ${n} of ${all}`, notOfficial: "outside its dates", perDate: "As of a date", perDateNow: "Now", pickDate: "Choose a date", then: (day) => `As known at the end of ${day}`, backNow: "Back to now", thenSub: "What was sent later is left out.",
    traders: (stage) => `Traders ${stage.toLowerCase()}`, ofGoal: (goal, percent) => `of ${goal} · ${percent}`, needed: "Needed per day", pace: "3-day pace", left: "Days left", forecast: "forecast", evenPace: "even pace to the target", provisionalNow: (n) => `${n}, provisional`, todayIs: (n) => `${n} today`, goal: "target",
    chart: (reached, goal, from, to, forecast) => `${reached} of the target of ${goal} traders, ${from} to ${to}${forecast}`, chartForecast: (n) => `; at the present pace it becomes ${n}`,
    legend: { complete: "complete", provisional: "provisional", forecast: "forecast" }, tableDay: "Day", tableReached: "Traders", tableState: "State", complete: "complete", provisional: "provisional", toCome: "to come",
    funnel: "From visited to selling", funnelSub: "% of the stage before", stage: "Stage", reached: "Traders", share: "Of the one before", withBefore: "With before the campaign", lost: "Once, not now", onlineBefore: (n) => `${n} ${n === "1" ? "trader" : "traders"} sold online before the campaign.`,
    cohorts: "Still selling after the product went live", live: "Live since", cohortDay: (n) => `Day ${n}`, cohort: (day, n) => `${day} · ${n} ${n === "1" ? "trader" : "traders"}`, from: (day) => `from ${day}`, tomorrow: "tomorrow", open: (n) => `${n} not checked`, unchecked: "not checked", noCohorts: "No product is live yet.", active: (a, n) => `${a} of ${n} still sell`,
    byMarket: "By market", even: (percent) => `line = due today (${percent})`, market: "Market", tablets: (n) => (n === 1 ? "1 tablet missing" : `${n} tablets missing`), allSent: "complete", all: "All", noGoal: "no target", marketLine: (name, reached, goal) => `${name}: ${reached} of ${goal}`,
    people: "Canvassers today", peopleThen: (day) => `Canvassers on ${day}`, name: "Name", taught: "Taught", visits: "Visits", sent: "Sent", seeAll: (n) => `see ${n} people`, seeFew: "fewer", notSent: "not sent", noTablet: "no tablet", noPeople: "No canvasser in these markets yet.", never: "never", part: (when) => `${when}, day not closed`,
    balance: "Visits recorded", counted: "counted", waiting: "on tablets", held: "held back", aside: "set aside", sentence: (r, c, w, h, s) => `${r} visits recorded equal ${c} counted, plus ${w} on tablets, plus ${h} held back, plus ${s} set aside`,
    viewer: "Figures only, no names.", empty: "No data up to that date.", emptySub: "Choose another date.",
  },
};
