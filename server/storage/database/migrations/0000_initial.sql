CREATE TABLE "api_keys" (
	"client_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"prefix" text NOT NULL,
	"key_hash" text NOT NULL,
	"last_used_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	"created_by" uuid,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "api_keys_pkey" PRIMARY KEY("client_id","id")
);
--> statement-breakpoint
CREATE TABLE "clients" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "invitations" (
	"client_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"email" text,
	"role" text NOT NULL,
	"token_hash" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"accepted_at" timestamp (3) with time zone,
	"created_by" uuid,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "invitations_pkey" PRIMARY KEY("client_id","id"),
	CONSTRAINT "invitations_role_known" CHECK ("invitations"."role" in ('owner', 'admin', 'agent'))
);
--> statement-breakpoint
CREATE TABLE "members" (
	"client_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"role" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "members_pkey" PRIMARY KEY("client_id","user_id"),
	CONSTRAINT "members_role_known" CHECK ("members"."role" in ('owner', 'admin', 'agent'))
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"password_hash" text NOT NULL,
	"info" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "users_email_lower" CHECK ("users"."email" = lower("users"."email"))
);
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"client_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" uuid,
	"actor_name" text NOT NULL,
	"action" text NOT NULL,
	"target_type" text NOT NULL,
	"target_id" text NOT NULL,
	"details" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"request_id" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "audit_log_pkey" PRIMARY KEY("client_id","id"),
	CONSTRAINT "audit_log_actor_known" CHECK ("audit_log"."actor_kind" in ('user', 'apiKey', 'visitor', 'system'))
);
--> statement-breakpoint
CREATE TABLE "conversations" (
	"client_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"widget_id" uuid,
	"visitor_id" uuid,
	"client_conversation_id" text,
	"title" text,
	"status" text NOT NULL,
	"snoozed_until" timestamp (3) with time zone,
	"assignee_id" uuid,
	"tags" text[] NOT NULL,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"message_count" integer NOT NULL,
	"last_sequence" integer NOT NULL,
	"last_message_preview" text,
	"last_message_role" text,
	"last_message_at" timestamp (3) with time zone,
	"visitor_read_sequence" integer NOT NULL,
	"agent_read_sequence" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "conversations_pkey" PRIMARY KEY("client_id","id"),
	CONSTRAINT "conversations_status_known" CHECK ("conversations"."status" in ('open', 'waiting', 'snoozed', 'closed'))
);
--> statement-breakpoint
CREATE TABLE "messages" (
	"client_id" uuid NOT NULL,
	"conversation_id" uuid NOT NULL,
	"sequence" integer NOT NULL,
	"id" uuid NOT NULL,
	"role" text NOT NULL,
	"content" text NOT NULL,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"client_message_id" text,
	"author_id" uuid,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "messages_pkey" PRIMARY KEY("client_id","conversation_id","sequence"),
	CONSTRAINT "messages_role_known" CHECK ("messages"."role" in ('user', 'assistant', 'agent', 'system')),
	CONSTRAINT "messages_sequence_positive" CHECK ("messages"."sequence" > 0)
);
--> statement-breakpoint
CREATE TABLE "visitors" (
	"client_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"widget_id" uuid NOT NULL,
	"external_id" text,
	"name" text,
	"email" text,
	"info" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"locale" text,
	"page_url" text,
	"user_agent" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "visitors_pkey" PRIMARY KEY("client_id","id")
);
--> statement-breakpoint
CREATE TABLE "session" (
	"sid" varchar PRIMARY KEY NOT NULL,
	"sess" json NOT NULL,
	"expire" timestamp (6) NOT NULL
);
--> statement-breakpoint
CREATE TABLE "client_widgets" (
	"client_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"public_key" text NOT NULL,
	"name" text NOT NULL,
	"welcome_message" text NOT NULL,
	"system_prompt" text NOT NULL,
	"color" text NOT NULL,
	"position" text NOT NULL,
	"theme" text NOT NULL,
	"language" text NOT NULL,
	"voice" text NOT NULL,
	"allowed_sites" text[] NOT NULL,
	"suggested_questions" text[] NOT NULL,
	"appearance" jsonb NOT NULL,
	"business_hours" jsonb NOT NULL,
	"pre_chat" jsonb NOT NULL,
	"retrieval" jsonb NOT NULL,
	"engine" text NOT NULL,
	"engine_settings" jsonb NOT NULL,
	"status" text NOT NULL,
	"status_reason" text,
	"activate_at" timestamp (3) with time zone,
	"activated_at" timestamp (3) with time zone,
	"archived_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "client_widgets_pkey" PRIMARY KEY("client_id","id"),
	CONSTRAINT "client_widgets_color_form" CHECK ("client_widgets"."color" ~ '^#[0-9a-f]{6}$'),
	CONSTRAINT "client_widgets_position_known" CHECK ("client_widgets"."position" in ('left', 'right')),
	CONSTRAINT "client_widgets_theme_known" CHECK ("client_widgets"."theme" in ('light', 'dark', 'auto')),
	CONSTRAINT "client_widgets_engine_known" CHECK ("client_widgets"."engine" in ('knowledge', 'llm', 'webhook', 'none')),
	CONSTRAINT "client_widgets_status_known" CHECK ("client_widgets"."status" in ('pending', 'activating', 'active', 'failed'))
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_client_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_creator_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_client_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_creator_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "members" ADD CONSTRAINT "members_client_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "members" ADD CONSTRAINT "members_user_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_log" ADD CONSTRAINT "audit_log_client_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_log" ADD CONSTRAINT "audit_log_actor_fk" FOREIGN KEY ("actor_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_client_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_widget_fk" FOREIGN KEY ("client_id","widget_id") REFERENCES "public"."client_widgets"("client_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_visitor_fk" FOREIGN KEY ("client_id","visitor_id") REFERENCES "public"."visitors"("client_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_assignee_fk" FOREIGN KEY ("client_id","assignee_id") REFERENCES "public"."members"("client_id","user_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_conversation_fk" FOREIGN KEY ("client_id","conversation_id") REFERENCES "public"."conversations"("client_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "visitors" ADD CONSTRAINT "visitors_client_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "visitors" ADD CONSTRAINT "visitors_widget_fk" FOREIGN KEY ("client_id","widget_id") REFERENCES "public"."client_widgets"("client_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_widgets" ADD CONSTRAINT "client_widgets_client_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_hash_key" ON "api_keys" USING btree ("key_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "invitations_token_key" ON "invitations" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "members_user_idx" ON "members" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "users_email_key" ON "users" USING btree ("email");--> statement-breakpoint
CREATE INDEX "conversations_inbox_idx" ON "conversations" USING btree ("client_id","updated_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "conversations_status_idx" ON "conversations" USING btree ("client_id","status","updated_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "conversations_widget_idx" ON "conversations" USING btree ("client_id","widget_id","updated_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "conversations_assignee_idx" ON "conversations" USING btree ("client_id","assignee_id","updated_at" DESC NULLS LAST,"id" DESC NULLS LAST) WHERE assignee_id is not null;--> statement-breakpoint
CREATE INDEX "conversations_visitor_idx" ON "conversations" USING btree ("client_id","visitor_id","updated_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "conversations_snoozed_idx" ON "conversations" USING btree ("snoozed_until") WHERE status = 'snoozed';--> statement-breakpoint
CREATE UNIQUE INDEX "conversations_client_made_key" ON "conversations" USING btree ("client_id","visitor_id","client_conversation_id") WHERE client_conversation_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "messages_id_key" ON "messages" USING btree ("client_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "messages_client_made_key" ON "messages" USING btree ("client_id","conversation_id","client_message_id") WHERE client_message_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "visitors_external_key" ON "visitors" USING btree ("client_id","widget_id","external_id") WHERE external_id is not null;--> statement-breakpoint
CREATE INDEX "session_expire_idx" ON "session" USING btree ("expire");--> statement-breakpoint
CREATE UNIQUE INDEX "client_widgets_public_key_key" ON "client_widgets" USING btree ("public_key");--> statement-breakpoint
CREATE INDEX "client_widgets_due_idx" ON "client_widgets" USING btree ("activate_at") WHERE status = 'pending';