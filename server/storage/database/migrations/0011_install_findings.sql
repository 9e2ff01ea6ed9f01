CREATE TABLE "widget_findings" (
	"client_id" uuid NOT NULL,
	"widget_id" uuid NOT NULL,
	"origin" text NOT NULL,
	"kind" text NOT NULL,
	"detail" text,
	"count" integer NOT NULL,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	"solved_at" timestamp (3) with time zone,
	CONSTRAINT "widget_findings_pkey" PRIMARY KEY("client_id","widget_id","origin","kind"),
	CONSTRAINT "widget_findings_kind_known" CHECK ("widget_findings"."kind" in ('csp-frame', 'csp-connect', 'frame-blocked', 'double-install', 'two-hosts', 'launcher-covered', 'launcher-hidden', 'storage-blocked', 'polling-only', 'socket-blocked', 'site-not-allowed', 'widget-inactive', 'sandboxed')),
	CONSTRAINT "widget_findings_count_positive" CHECK ("widget_findings"."count" > 0)
);
--> statement-breakpoint
ALTER TABLE "widget_findings" ADD CONSTRAINT "widget_findings_widget_fk" FOREIGN KEY ("client_id","widget_id") REFERENCES "public"."client_widgets"("client_id","id") ON DELETE cascade ON UPDATE no action;