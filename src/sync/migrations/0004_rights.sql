-- Who may do what. Each kiosk has a login of its own, a member of lobby_kiosk, that may execute two
-- functions and read nothing. lobby_reader is for the office's own people and reads everything, wrapped
-- keys among it; opening those still takes the office's secret key.

do $$
begin
  -- Roles belong to the whole server: another database may have made them, even at this moment.
  begin
    create role lobby_kiosk nologin;
  exception when duplicate_object or unique_violation then null;
  end;
  begin
    create role lobby_reader nologin;
  exception when duplicate_object or unique_violation then null;
  end;
end
$$;

revoke all on schema lobby from public;
revoke all on all tables in schema lobby from public;
revoke all on all functions in schema lobby from public;

grant usage on schema lobby to lobby_kiosk, lobby_reader;
grant execute on function lobby.watermark(text, text, integer) to lobby_kiosk;
grant execute on function lobby.push(
  text, text, integer, bigint, bytea, uuid[], text[], integer[], bigint[], text[], uuid[], bigint[], bytea[],
  bytea[], bytea[], boolean[], uuid[], bytea[]
) to lobby_kiosk;

grant select on all tables in schema lobby to lobby_reader;
grant execute on function lobby.verify(text, text, integer) to lobby_reader;
grant execute on function lobby.place_bytes(text, text, integer) to lobby_reader;
grant execute on function lobby.entry_hash(
  bytea, bytea, bigint, uuid, text, integer, bigint, text, uuid, bigint, bytea, bytea
) to lobby_reader;
