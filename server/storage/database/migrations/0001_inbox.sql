CREATE TABLE "attachments" (
	"client_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"conversation_id" uuid NOT NULL,
	"uploaded_by" text NOT NULL,
	"name" text NOT NULL,
	"media_type" text NOT NULL,
	"size_bytes" integer NOT NULL,
	"storage_key" text NOT NULL,
	"sent_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "attachments_pkey" PRIMARY KEY("client_id","id"),
	CONSTRAINT "attachments_uploader_known" CHECK ("attachments"."uploaded_by" in ('visitor', 'agent'))
);
--> statement-breakpoint
CREATE TABLE "canned_replies" (
	"client_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"shortcut" text NOT NULL,
	"title" text NOT NULL,
	"content" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "canned_replies_pkey" PRIMARY KEY("client_id","id")
);
--> statement-breakpoint
CREATE TABLE "conversation_notes" (
	"client_id" uuid NOT NULL,
	"conversation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"author_id" uuid NOT NULL,
	"author_name" text NOT NULL,
	"content" text NOT NULL,
	"after_sequence" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "conversation_notes_pkey" PRIMARY KEY("client_id","conversation_id","id")
);
--> statement-breakpoint
CREATE TABLE "conversation_ratings" (
	"client_id" uuid NOT NULL,
	"conversation_id" uuid NOT NULL,
	"score" integer NOT NULL,
	"comment" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "conversation_ratings_pkey" PRIMARY KEY("client_id","conversation_id"),
	CONSTRAINT "conversation_ratings_score_range" CHECK ("conversation_ratings"."score" between 1 and 5)
);
--> statement-breakpoint
CREATE TABLE "conversation_search" (
	"client_id" uuid NOT NULL,
	"conversation_id" uuid NOT NULL,
	"terms" "tsvector" NOT NULL,
	"up_to_sequence" integer NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "conversation_search_pkey" PRIMARY KEY("client_id","conversation_id")
);
--> statement-breakpoint
CREATE TABLE "handoffs" (
	"client_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"conversation_id" uuid NOT NULL,
	"requested_by" text NOT NULL,
	"reason" text,
	"requested_at" timestamp (3) with time zone NOT NULL,
	"resolved_at" timestamp (3) with time zone,
	"resolution" text,
	CONSTRAINT "handoffs_pkey" PRIMARY KEY("client_id","id"),
	CONSTRAINT "handoffs_requester_known" CHECK ("handoffs"."requested_by" in ('visitor', 'assistant', 'agent')),
	CONSTRAINT "handoffs_resolution_known" CHECK ("handoffs"."resolution" in ('answered', 'assigned', 'closed'))
);
--> statement-breakpoint
CREATE TABLE "widget_identities" (
	"client_id" uuid NOT NULL,
	"widget_id" uuid NOT NULL,
	"secret" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"last_failure" text,
	"last_failure_at" timestamp (3) with time zone,
	CONSTRAINT "widget_identities_pkey" PRIMARY KEY("client_id","widget_id")
);
--> statement-breakpoint
CREATE TABLE "widget_installs" (
	"client_id" uuid NOT NULL,
	"widget_id" uuid NOT NULL,
	"origin" text NOT NULL,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "widget_installs_pkey" PRIMARY KEY("client_id","widget_id","origin")
);
--> statement-breakpoint
ALTER TABLE "attachments" ADD CONSTRAINT "attachments_conversation_fk" FOREIGN KEY ("client_id","conversation_id") REFERENCES "public"."conversations"("client_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "canned_replies" ADD CONSTRAINT "canned_replies_client_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversation_notes" ADD CONSTRAINT "conversation_notes_conversation_fk" FOREIGN KEY ("client_id","conversation_id") REFERENCES "public"."conversations"("client_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversation_ratings" ADD CONSTRAINT "conversation_ratings_conversation_fk" FOREIGN KEY ("client_id","conversation_id") REFERENCES "public"."conversations"("client_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversation_search" ADD CONSTRAINT "conversation_search_conversation_fk" FOREIGN KEY ("client_id","conversation_id") REFERENCES "public"."conversations"("client_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "handoffs" ADD CONSTRAINT "handoffs_conversation_fk" FOREIGN KEY ("client_id","conversation_id") REFERENCES "public"."conversations"("client_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "widget_identities" ADD CONSTRAINT "widget_identities_widget_fk" FOREIGN KEY ("client_id","widget_id") REFERENCES "public"."client_widgets"("client_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "widget_installs" ADD CONSTRAINT "widget_installs_widget_fk" FOREIGN KEY ("client_id","widget_id") REFERENCES "public"."client_widgets"("client_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "attachments_conversation_idx" ON "attachments" USING btree ("client_id","conversation_id","id");--> statement-breakpoint
CREATE INDEX "attachments_unsent_idx" ON "attachments" USING btree ("created_at") WHERE sent_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "canned_replies_shortcut_key" ON "canned_replies" USING btree ("client_id","shortcut");--> statement-breakpoint
CREATE INDEX "conversation_search_terms_idx" ON "conversation_search" USING gin ("terms");--> statement-breakpoint
CREATE UNIQUE INDEX "handoffs_open_key" ON "handoffs" USING btree ("client_id","conversation_id") WHERE resolved_at is null;--> statement-breakpoint
CREATE INDEX "handoffs_conversation_idx" ON "handoffs" USING btree ("client_id","conversation_id","id");