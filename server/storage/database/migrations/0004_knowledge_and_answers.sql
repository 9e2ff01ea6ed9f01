CREATE TABLE "answer_receipts" (
	"client_id" uuid NOT NULL,
	"question_message_id" uuid NOT NULL,
	"conversation_id" uuid NOT NULL,
	"widget_id" uuid NOT NULL,
	"answer_message_id" uuid,
	"question" text NOT NULL,
	"question_key" text NOT NULL,
	"answer" text NOT NULL,
	"outcome" text NOT NULL,
	"engine" text NOT NULL,
	"model" text,
	"prompt_version" text,
	"confidence" double precision,
	"passages" jsonb NOT NULL,
	"steps" jsonb NOT NULL,
	"tokens_in" integer NOT NULL,
	"tokens_out" integer NOT NULL,
	"cost_micros" bigint NOT NULL,
	"duration_ms" integer NOT NULL,
	"rating" integer,
	"worst_order" double precision NOT NULL,
	"reviewed_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "answer_receipts_pkey" PRIMARY KEY("client_id","question_message_id"),
	CONSTRAINT "answer_receipts_rating_known" CHECK ("answer_receipts"."rating" in (-1, 1))
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"client_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"payload" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"run_at" timestamp (3) with time zone NOT NULL,
	"attempts" integer NOT NULL,
	"lease_id" uuid,
	"lease_until" timestamp (3) with time zone,
	"last_error" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "jobs_pkey" PRIMARY KEY("client_id","kind","subject_id"),
	CONSTRAINT "jobs_kind_known" CHECK ("jobs"."kind" in ('ingest', 'answer'))
);
--> statement-breakpoint
CREATE TABLE "model_settings" (
	"client_id" uuid NOT NULL,
	"base_url" text NOT NULL,
	"model" text NOT NULL,
	"sealed_api_key" text NOT NULL,
	"price_in_micros" bigint NOT NULL,
	"price_out_micros" bigint NOT NULL,
	"monthly_cap_micros" bigint,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "model_settings_pkey" PRIMARY KEY("client_id")
);
--> statement-breakpoint
CREATE TABLE "model_usage" (
	"client_id" uuid NOT NULL,
	"month" text NOT NULL,
	"tokens_in" bigint NOT NULL,
	"tokens_out" bigint NOT NULL,
	"cost_micros" bigint NOT NULL,
	CONSTRAINT "model_usage_pkey" PRIMARY KEY("client_id","month")
);
--> statement-breakpoint
CREATE TABLE "webhook_calls" (
	"client_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"widget_id" uuid NOT NULL,
	"conversation_id" uuid NOT NULL,
	"question_message_id" uuid NOT NULL,
	"url" text NOT NULL,
	"input" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"output" text NOT NULL,
	"outcome" text NOT NULL,
	"failure" text,
	"http_status" integer,
	"duration_ms" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "webhook_calls_pkey" PRIMARY KEY("client_id","id")
);
--> statement-breakpoint
CREATE TABLE "webhook_secrets" (
	"client_id" uuid NOT NULL,
	"widget_id" uuid NOT NULL,
	"sealed_secret" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "webhook_secrets_pkey" PRIMARY KEY("client_id","widget_id")
);
--> statement-breakpoint
CREATE TABLE "chunks" (
	"client_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"document_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"number" integer NOT NULL,
	"part_number" integer NOT NULL,
	"page" integer,
	"url" text,
	"title_path" text[] NOT NULL,
	"start" integer NOT NULL,
	"end" integer NOT NULL,
	"text" text NOT NULL,
	"original_text" text,
	"edited" boolean NOT NULL,
	"hidden" boolean NOT NULL,
	CONSTRAINT "chunks_pkey" PRIMARY KEY("client_id","id"),
	CONSTRAINT "chunks_original_when_edited" CHECK ("chunks"."edited" = ("chunks"."original_text" is not null))
);
--> statement-breakpoint
CREATE TABLE "document_parts" (
	"client_id" uuid NOT NULL,
	"document_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"number" integer NOT NULL,
	"title" text NOT NULL,
	"page" integer,
	"url" text,
	"text" text NOT NULL,
	CONSTRAINT "document_parts_pkey" PRIMARY KEY("client_id","document_id","version","number")
);
--> statement-breakpoint
CREATE TABLE "documents" (
	"client_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"url" text,
	"media_type" text,
	"size_bytes" bigint,
	"storage_key" text,
	"content" jsonb,
	"crawl" jsonb,
	"language" text,
	"status" text NOT NULL,
	"status_reason" text,
	"progress" integer NOT NULL,
	"version" integer NOT NULL,
	"begun_version" integer NOT NULL,
	"page_count" integer NOT NULL,
	"word_count" integer NOT NULL,
	"chunk_count" integer NOT NULL,
	"created_by" uuid,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"processed_at" timestamp (3) with time zone,
	CONSTRAINT "documents_pkey" PRIMARY KEY("client_id","id"),
	CONSTRAINT "documents_kind_known" CHECK ("documents"."kind" in ('file', 'page', 'site', 'text', 'qa')),
	CONSTRAINT "documents_status_known" CHECK ("documents"."status" in ('queued', 'fetching', 'extracting', 'chunking', 'indexing', 'ready', 'failed'))
);
--> statement-breakpoint
ALTER TABLE "answer_receipts" ADD CONSTRAINT "answer_receipts_conversation_fk" FOREIGN KEY ("client_id","conversation_id") REFERENCES "public"."conversations"("client_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_client_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_settings" ADD CONSTRAINT "model_settings_client_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_usage" ADD CONSTRAINT "model_usage_client_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_calls" ADD CONSTRAINT "webhook_calls_widget_fk" FOREIGN KEY ("client_id","widget_id") REFERENCES "public"."client_widgets"("client_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_calls" ADD CONSTRAINT "webhook_calls_conversation_fk" FOREIGN KEY ("client_id","conversation_id") REFERENCES "public"."conversations"("client_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_secrets" ADD CONSTRAINT "webhook_secrets_widget_fk" FOREIGN KEY ("client_id","widget_id") REFERENCES "public"."client_widgets"("client_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chunks" ADD CONSTRAINT "chunks_document_fk" FOREIGN KEY ("client_id","document_id") REFERENCES "public"."documents"("client_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "document_parts" ADD CONSTRAINT "document_parts_document_fk" FOREIGN KEY ("client_id","document_id") REFERENCES "public"."documents"("client_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "documents" ADD CONSTRAINT "documents_client_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "answer_receipts_answer_idx" ON "answer_receipts" USING btree ("client_id","answer_message_id");--> statement-breakpoint
CREATE INDEX "answer_receipts_list_idx" ON "answer_receipts" USING btree ("client_id","created_at" DESC NULLS LAST,"question_message_id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "answer_receipts_widget_idx" ON "answer_receipts" USING btree ("client_id","widget_id","created_at" DESC NULLS LAST,"question_message_id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "answer_receipts_worst_idx" ON "answer_receipts" USING btree ("client_id","worst_order","created_at" DESC NULLS LAST,"question_message_id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "answer_receipts_unknown_idx" ON "answer_receipts" USING btree ("client_id","question_key","created_at" DESC NULLS LAST) WHERE outcome in ('unknown', 'failed') and reviewed_at is null;--> statement-breakpoint
CREATE INDEX "answer_receipts_conversation_idx" ON "answer_receipts" USING btree ("client_id","conversation_id");--> statement-breakpoint
CREATE INDEX "jobs_due_idx" ON "jobs" USING btree ("kind","run_at","subject_id");--> statement-breakpoint
CREATE INDEX "webhook_calls_list_idx" ON "webhook_calls" USING btree ("client_id","widget_id","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "webhook_calls_conversation_idx" ON "webhook_calls" USING btree ("client_id","conversation_id");--> statement-breakpoint
CREATE UNIQUE INDEX "chunks_number_key" ON "chunks" USING btree ("client_id","document_id","version","number");--> statement-breakpoint
CREATE INDEX "documents_list_idx" ON "documents" USING btree ("client_id","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);