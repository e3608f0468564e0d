delete from waits_for
where campaign = :campaign and change_no = :change_no
