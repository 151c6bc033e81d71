import django.db.models.deletion
from django.db import migrations, models

UNASKED = {
    "compliance_determination_proof_id_5ad085cb": "compliance_determination (proof_id)",
    "compliance_determination_previous_id_aa8b138e": "compliance_determination (previous_id)",
    "compliance_verdict_determination_id_6a0b6670": "compliance_verdict (determination_id)",
}


class Migration(migrations.Migration):
    """Nothing asks which determinations rest on a proof, follow another, or stand: proofs and
    determinations are never deleted. And no proof is looked for by how its digest begins (`_like`,
    PostgreSQL's). By name, since SQLite would make each table anew for an index.
    """

    dependencies = [("compliance", "0014_everything_derived_anew")]

    operations = [
        migrations.RunSQL(
            [f"DROP INDEX IF EXISTS {name}" for name in UNASKED],
            [f"CREATE INDEX {name} ON {where}" for name, where in UNASKED.items()],
            state_operations=[
                migrations.AlterField(
                    model_name="determination",
                    name="proof",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="determinations",
                        to="compliance.proof",
                    ),
                ),
                migrations.AlterField(
                    model_name="determination",
                    name="previous",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="compliance.determination",
                    ),
                ),
                migrations.AlterField(
                    model_name="verdict",
                    name="determination",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="compliance.determination",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(
            [
                "DROP INDEX IF EXISTS compliance_determination_proof_id_5ad085cb_like",
                "DROP INDEX IF EXISTS compliance_proof_digest_9131e0bd_like",
                "DROP INDEX IF EXISTS compliance_dossiertext_digest_87c60457_like",
            ],
            migrations.RunSQL.noop,
        ),
    ]
