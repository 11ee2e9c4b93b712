import { DatabaseSync } from 'node:sqlite';

/**
 * The part of better-sqlite3's interface that LangGraph's checkpointer uses, over the SQLite that is built into Node: so that
 * both sides of the comparison write through the same one, and nothing has to be compiled.
 */
export class SqliteShim {
  #db;
  #depth = 0;

  constructor(path, synchronous) {
    this.#db = new DatabaseSync(path);
    this.#db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}`);
  }

  pragma(text) {
    this.#db.exec(`PRAGMA ${text}`);
  }

  exec(sql) {
    this.#db.exec(sql);
  }

  prepare(sql) {
    const statement = this.#db.prepare(sql);
    return {
      run: (...values) => statement.run(...values.map(bindable)),
      get: (...values) => statement.get(...values.map(bindable)),
      all: (...values) => statement.all(...values.map(bindable)),
    };
  }

  transaction(work) {
    return (...given) => {
      if (this.#depth > 0) return work(...given);
      this.#depth += 1;
      this.#db.exec('BEGIN');
      try {
        const result = work(...given);
        this.#db.exec('COMMIT');
        return result;
      } catch (thrown) {
        this.#db.exec('ROLLBACK');
        throw thrown;
      } finally {
        this.#depth -= 1;
      }
    };
  }

  close() {
    this.#db.close();
  }
}

/** better-sqlite3 takes undefined for null. */
function bindable(value) {
  return value === undefined ? null : value;
}
