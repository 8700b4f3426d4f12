#!/bin/bash
# Errors of every kind; log_error_verbosity names function, file and line.
set -u; . "$(dirname "$0")/common.sh"
B=/usr/lib/postgresql/15/bin; D=$WORK/pg; rm -rf $D; mkdir -p $D; chown postgres $D
su postgres -c "$B/initdb -D $D/d -A scram-sha-256 --pwfile=<(echo pw)" > /dev/null
cat >> $D/d/postgresql.conf <<C
port=15499
listen_addresses='127.0.0.1'
unix_socket_directories='$D'
log_error_verbosity=verbose
log_min_messages=debug1
log_line_prefix='@'
log_connections=on
log_disconnections=on
log_checkpoints=on
log_lock_waits=on
deadlock_timeout=200ms
log_temp_files=0
work_mem=64kB
log_autovacuum_min_duration=0
autovacuum_naptime=3s
autovacuum_vacuum_threshold=1
autovacuum_analyze_threshold=1
log_replication_commands=on
wal_level=logical
log_lc_messages='C'
C
sed -i '/log_lc/d' $D/d/postgresql.conf
st() { su postgres -c "$B/pg_ctl -D $D/d -l $D/log -w start" >/dev/null; }
sq() { PGPASSWORD=${PW:-pw} psql -h 127.0.0.1 -p 15499 -U ${U:-postgres} ${DB:-postgres} "$@" >/dev/null 2>&1; }
st
for u in alice bob carol dave; do sq -c "create role $u login password 'x'"; sq -c "create database db_$u owner $u"; U=$u PW=bad sq -c 'select 1'; U=$u PW=x DB=db_$u sq -c "create table t_$u (id int primary key, v text not null); insert into t_$u select g, repeat('x', 100) from generate_series(1,5000) g"; done
for u in alice bob carol; do export U=$u PW=x DB=db_$u; sq -c "insert into t_$u values (1,'a')"; sq -c "insert into t_$u values (7000,null)"; sq -c "select * from missing_$u"; sq -c "select nope from t_$u"; sq -c "selec 1"; sq -c "select 1/0"; sq -c "select 'abc'::int"; sq -c "create table t_$u(x int)"; sq -c "drop table if exists zz_$u"; sq -c "select a.v from t_$u a, t_$u b where a.id < 60 order by b.v desc, a.id"; sq -c "select nofunc_$u(1)"; sq -c "set nothing_$u = 1"; sq -c "create role z$u"; sq -c "alter table t_$u add column k_$u int; alter table t_$u drop column nk_$u"; sq -c "set statement_timeout=50; select pg_sleep(2)"; sq -c "begin; insert into t_$u values (1,'q'); select 1;"; sq -c "rollback"; sq -c "update t_$u set v='a'||id; delete from t_$u where id % 3 = 0; vacuum t_$u"; sq -c "create schema s_$u; create schema s_$u"; sq -c "copy t_$u from '/nope/$u'";  sq -c "select pg_terminate_backend(pg_backend_pid())"; sq -c "select '{bad'::json"; sq -c "select 99999999999999::int"; done
unset U PW DB
U=nobody1 sq -c 'select 1'; U=ghost sq -c 'select 1'; DB=nodb sq -c 'select 1'; DB=otherdb sq -c 'select 1'
for u in alice bob carol; do export U=$u PW=x DB=db_$u; (sq -c "begin; update t_$u set v='1' where id=1; select pg_sleep(0.5); update t_$u set v='1' where id=2; commit" &) ; sq -c "begin; update t_$u set v='1' where id=2; select pg_sleep(0.4); update t_$u set v='1' where id=1; commit"; done; unset U PW DB; sleep 1
sq -c checkpoint; sq -c "select pg_switch_wal()"; sq -c checkpoint; sq -c "select pg_create_physical_replication_slot('slot_a')"; sq -c "select pg_create_logical_replication_slot('slot_b','test_decoding')"; sq -c "select pg_create_logical_replication_slot('slot_c','pgoutput')"; sq -c "select pg_logical_slot_get_changes('slot_b',null,null)"; sq -c "alter system set work_mem='1MB'"; sq -c "select pg_reload_conf()"; sq -c "alter system set shared_buffers='99MB'"; sq -c "select pg_reload_conf()"; sleep 4
printf 'GET / HTTP/1.0\r\n\r\n' > /dev/tcp/127.0.0.1/15499
for u in alice bob; do su postgres -c "PGPASSWORD=pw $B/pg_basebackup -h 127.0.0.1 -p 15499 -U postgres -D $D/b_$u -X stream" >/dev/null 2>&1; done
su postgres -c "$B/pg_ctl -D $D/d -m immediate stop" >/dev/null; st; sleep 3
for db in db_bob db_carol; do sq -c "drop database $db"; done; sq -c "drop role bob"; sq -c "drop role alice"
su postgres -c "$B/pg_ctl -D $D/d -m fast stop" >/dev/null; st; sleep 1; su postgres -c "$B/pg_ctl -D $D/d -m smart stop" >/dev/null
cp $D/log $RAW/postgres.txt
