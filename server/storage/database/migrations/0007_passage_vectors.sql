CREATE TABLE "passage_vectors" (
	"client_id" uuid NOT NULL,
	"chunk_id" uuid NOT NULL,
	"document_id" uuid NOT NULL,
	"model" text NOT NULL,
	"vector" real[] NOT NULL,
	CONSTRAINT "passage_vectors_pkey" PRIMARY KEY("client_id","chunk_id")
);
--> statement-breakpoint
ALTER TABLE "passage_vectors" ADD CONSTRAINT "passage_vectors_chunk_fk" FOREIGN KEY ("client_id","chunk_id") REFERENCES "public"."chunks"("client_id","id") ON DELETE cascade ON UPDATE no action;