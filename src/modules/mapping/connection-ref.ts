/** What a query needs of a connection: its own id and its tenant's. Every statement names both (DESIGN §5). */
export interface ConnectionRef {
  id: string;
  installationId: string;
}
