/** Rules in PostgreSQL, which a fleet shares. */
// The driver names its module in its manifest only. Flyway reads the migrations.
@SuppressWarnings({"requires-automatic", "opens"})
module io.github.ratelimiter.rules.postgresql {
  requires transitive io.github.ratelimiter.rules;
  requires transitive java.sql;
  requires org.postgresql.jdbc;
  requires org.slf4j;
  requires static org.checkerframework.checker.qual;
  requires static org.jspecify;

  exports io.github.ratelimiter.rules.postgresql;

  opens db.ratelimiter.migration;
}
