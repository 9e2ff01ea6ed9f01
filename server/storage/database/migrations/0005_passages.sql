CREATE TABLE "passage_statistics" (
	"client_id" uuid PRIMARY KEY NOT NULL,
	"passages" integer NOT NULL,
	"title_words" bigint NOT NULL,
	"text_words" bigint NOT NULL,
	"languages" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "passage_terms" (
	"client_id" uuid NOT NULL,
	"key" integer NOT NULL,
	"passages" integer NOT NULL,
	"is_character" boolean NOT NULL,
	"word" text,
	"turned" text,
	CONSTRAINT "passage_terms_pkey" PRIMARY KEY("client_id","key")
);
--> statement-breakpoint
CREATE TABLE "passages" (
	"client_id" uuid NOT NULL,
	"chunk_id" uuid NOT NULL,
	"document_id" uuid NOT NULL,
	"language" text NOT NULL,
	"title_words" integer NOT NULL,
	"text_words" integer NOT NULL,
	"terms" integer[] NOT NULL,
	"vector" "bytea" NOT NULL,
	CONSTRAINT "passages_pkey" PRIMARY KEY("client_id","chunk_id")
);
--> statement-breakpoint
ALTER TABLE "passage_statistics" ADD CONSTRAINT "passage_statistics_client_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "passage_terms" ADD CONSTRAINT "passage_terms_client_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "passages" ADD CONSTRAINT "passages_chunk_fk" FOREIGN KEY ("client_id","chunk_id") REFERENCES "public"."chunks"("client_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "passage_terms_word_idx" ON "passage_terms" USING btree ("client_id","word" text_pattern_ops) WHERE "passage_terms"."word" is not null;--> statement-breakpoint
CREATE INDEX "passage_terms_turned_idx" ON "passage_terms" USING btree ("client_id","turned" text_pattern_ops) WHERE "passage_terms"."turned" is not null;--> statement-breakpoint
CREATE INDEX "passages_document_idx" ON "passages" USING btree ("client_id","document_id");--> statement-breakpoint
CREATE INDEX "passages_terms_idx" ON "passages" USING gin ("terms") WITH (fastupdate=false);