ALTER TABLE "passages" ADD COLUMN "version" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "passages" ADD COLUMN "document_language" text;--> statement-breakpoint
CREATE INDEX "documents_building_idx" ON "documents" USING btree ("client_id","id","begun_version") WHERE "documents"."begun_version" <> "documents"."version";