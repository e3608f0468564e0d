-- Who is signed in at the office's pages. The cookie itself is nowhere: only its SHA-256 is kept.
create table session (
  token_hash blob not null primary key,
  campaign blob not null,
  person blob not null,
  login text not null,
  -- The role at sign-in: with another one a person signs in anew.
  role text not null,
  started_ms integer not null,
  -- The last thing that the person did, to about a minute.
  seen_ms integer not null
) strict, without rowid;
-- Serves ending all sessions of a log-in.
create index session_login on session (login);

-- A new password, another person behind a log-in, or no log-in any more: whoever was in is out, whichever program wrote it.
create trigger login_changed after update on login begin
  delete from session where login = old.login;
end;
create trigger login_gone after delete on login begin
  delete from session where login = old.login;
end;
