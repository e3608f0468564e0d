select home
from left_home
where campaign = :campaign and kind = :kind and id = :id and seq > :seq
