export interface PostgresServer {
  readonly dataDirectory: string;
  readonly port: number;
  /** Without the name of a database. */
  readonly url: string;
  /** Ends the server without a checkpoint, so that it has to recover. */
  crash(): Promise<void>;
  /** Starts the server again after a crash; resolves when it takes connections. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface PostgresOptions {
  readonly port?: number;
  /** Where its temporary folder is made. */
  readonly folder?: string;
  /** Added to those of the server. */
  readonly settings?: Readonly<Record<string, string>>;
}

export function startPostgres(options?: PostgresOptions): Promise<PostgresServer>;
