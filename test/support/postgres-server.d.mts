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

export function startPostgres(options?: { readonly port?: number }): Promise<PostgresServer>;
