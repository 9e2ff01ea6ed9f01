DROP INDEX "conversations_status_idx";--> statement-breakpoint
DROP INDEX "conversations_widget_idx";--> statement-breakpoint
DROP INDEX "conversations_assignee_idx";--> statement-breakpoint
CREATE INDEX "conversations_unassigned_idx" ON "conversations" USING btree ("client_id","updated_at" DESC NULLS LAST,"id" DESC NULLS LAST,"widget_id") WHERE assignee_id is null;--> statement-breakpoint
CREATE INDEX "conversations_status_idx" ON "conversations" USING btree ("client_id","status","updated_at" DESC NULLS LAST,"id" DESC NULLS LAST,"assignee_id","widget_id");--> statement-breakpoint
CREATE INDEX "conversations_widget_idx" ON "conversations" USING btree ("client_id","widget_id","updated_at" DESC NULLS LAST,"id" DESC NULLS LAST,"assignee_id");--> statement-breakpoint
CREATE INDEX "conversations_assignee_idx" ON "conversations" USING btree ("client_id","assignee_id","updated_at" DESC NULLS LAST,"id" DESC NULLS LAST,"widget_id") WHERE assignee_id is not null;