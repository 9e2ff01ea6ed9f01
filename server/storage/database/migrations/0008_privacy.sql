CREATE TABLE "approved_answers" (
	"client_id" uuid NOT NULL,
	"document_id" uuid NOT NULL,
	"question_message_id" uuid NOT NULL,
	"conversation_id" uuid NOT NULL,
	CONSTRAINT "approved_answers_pkey" PRIMARY KEY("client_id","document_id","question_message_id")
);
--> statement-breakpoint
CREATE TABLE "client_privacy" (
	"client_id" uuid PRIMARY KEY NOT NULL,
	"retention_days" integer,
	"last_run_at" timestamp (3) with time zone,
	"last_run" jsonb,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "client_privacy_retention_range" CHECK ("client_privacy"."retention_days" between 1 and 3650)
);
--> statement-breakpoint
CREATE TABLE "erasures" (
	"client_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"actor_kind" text NOT NULL,
	"counts" jsonb NOT NULL,
	"subject_hash" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "erasures_pkey" PRIMARY KEY("client_id","id"),
	CONSTRAINT "erasures_actor_known" CHECK ("erasures"."actor_kind" in ('visitor', 'user', 'apiKey', 'system'))
);
--> statement-breakpoint
ALTER TABLE "jobs" DROP CONSTRAINT "jobs_kind_known";--> statement-breakpoint
ALTER TABLE "approved_answers" ADD CONSTRAINT "approved_answers_document_fk" FOREIGN KEY ("client_id","document_id") REFERENCES "public"."documents"("client_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "approved_answers" ADD CONSTRAINT "approved_answers_conversation_fk" FOREIGN KEY ("client_id","conversation_id") REFERENCES "public"."conversations"("client_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_privacy" ADD CONSTRAINT "client_privacy_client_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "erasures" ADD CONSTRAINT "erasures_client_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "approved_answers_conversation_idx" ON "approved_answers" USING btree ("client_id","conversation_id");--> statement-breakpoint
CREATE INDEX "erasures_subject_idx" ON "erasures" USING btree ("client_id","subject_hash") WHERE subject_hash is not null;--> statement-breakpoint
CREATE INDEX "audit_log_target_idx" ON "audit_log" USING btree ("client_id","target_id");--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_kind_known" CHECK ("jobs"."kind" in ('ingest', 'answer', 'retain', 'removeFiles'));